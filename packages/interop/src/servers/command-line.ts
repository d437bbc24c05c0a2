/** Servers that are one command without a configuration: Python's http.server and OpenSSL's s_server. */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Running } from "./launch.ts";
import { siteFiles } from "./site.ts";
import type { Surroundings } from "./web-server.ts";

export interface OnePort {
  readonly running: Running;
  readonly port: number;
}

const COUNT = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
head -c "$CONTENT_LENGTH" | wc -c
`;

function onePort(running: Running): OnePort {
  return { running, port: running.ports[0] ?? 0 };
}

/** @param flags - `--protocol HTTP/1.1`, or `--cgi`, which runs what lies in `cgi-bin`. */
export async function startPython(...flags: string[]): Promise<OnePort> {
  const files = siteFiles(".");
  const running = await launch({
    command: "python3",
    ports: 1,
    files: () => ({
      ...files,
      "cgi-bin/stream.sh": files["./cgi/stream.sh"] ?? "",
      // Its scripts get the socket itself, which does not end behind the body.
      "cgi-bin/count.sh": COUNT,
    }),
    args: ({ ports: [port] }) => ["-m", "http.server", "--bind", "127.0.0.1", ...flags, `${port}`],
  });
  return onePort(running);
}

/** @param responses - Raw bytes by path, sent as they are for `GET /path`. */
export async function startOpenSSL(
  { certificates }: Surroundings,
  responses: Readonly<Record<string, string | Uint8Array>>,
  ...flags: string[]
): Promise<OnePort> {
  const running = await launch({
    command: "openssl",
    ports: 1,
    files: () => ({ ...certificateFiles(certificates), ...responses }),
    args: ({ ports: [port] }) => [
      "s_server",
      "-accept",
      `127.0.0.1:${port}`,
      "-cert",
      "cert.pem",
      "-key",
      "key.pem",
      "-CAfile",
      "ca.pem",
      ...flags,
    ],
  });
  return onePort(running);
}
