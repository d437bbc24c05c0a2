/** Everything that the sessions need around them, opened together and closed together. */
import { makeCertificates } from "@httplib/test-certs";
import { startOrigin, type Origin } from "./origin.ts";
import { startProxy, type Proxy } from "./proxy.ts";

export interface Stage {
  readonly host: string;
  /** Plain HTTP. */
  readonly origin: Origin;
  /** The same pages over TLS. */
  readonly secureOrigin: Origin;
  /** Opens tunnels to `secureOrigin`. */
  readonly proxy: Proxy;
  /** The authority that signed the certificate of `secureOrigin`, as PEM text. */
  readonly ca: string;
  close(): Promise<void>;
}

/** Starts the servers, each on a loopback port of its own. */
export async function openStage(): Promise<Stage> {
  const { ca, server } = await makeCertificates();
  const origin = await startOrigin();
  const secureOrigin = await startOrigin({ key: server.key, cert: server.cert });
  const proxy = await startProxy([secureOrigin.port]);
  return {
    host: "localhost",
    origin,
    secureOrigin,
    proxy,
    ca,
    async close() {
      await Promise.all([origin.close(), secureOrigin.close(), proxy.close()]);
    },
  };
}
