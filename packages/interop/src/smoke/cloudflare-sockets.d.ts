/** The one function of workerd's socket module that the worker calls itself. */
declare module "cloudflare:sockets" {
  export function connect(
    address: { hostname: string; port: number },
    options?: { secureTransport?: "on" | "off" | "starttls"; allowHalfOpen?: boolean },
  ): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
}
