/** What `workerd.ts` uses of the sockets of Workers. */
declare module "cloudflare:sockets" {
  export interface SocketInfo {
    readonly remoteAddress?: string | null;
    readonly localAddress?: string | null;
  }
  export interface Socket {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
    readonly opened: Promise<SocketInfo>;
    readonly closed: Promise<void>;
    close(): Promise<void>;
    startTls(options?: { expectedServerHostname?: string }): Socket;
  }
  export function connect(
    address: { hostname: string; port: number },
    options: {
      secureTransport: "off" | "on" | "starttls";
      allowHalfOpen: boolean;
      /** Bytes that may wait in the writable before it asks the writer to wait; without it every write is taken. */
      highWaterMark?: number;
    },
  ): Socket;
}
