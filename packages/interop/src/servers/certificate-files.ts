/** The certificates as the files that servers want. */
import type { Certificates } from "@httplib/test-certs";

export function certificateFiles({
  ca,
  server,
}: Certificates): Readonly<Record<"ca.pem" | "cert.pem" | "key.pem" | "both.pem", string>> {
  return {
    "ca.pem": ca,
    "cert.pem": server.cert,
    "key.pem": server.key,
    "both.pem": `${server.cert}\n${server.key}`,
  };
}
