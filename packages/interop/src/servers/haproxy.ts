/** haproxy: a reverse proxy that makes 103 heads of its own, relays those of others, and trailers; TLS. It serves no files. */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Site } from "./launch.ts";
import { type Surroundings, WEB_PORTS, type WebServer, webServer } from "./web-server.ts";

function configuration({ folder, ports }: Site, origin: number): string {
  const [http, tls12, tls13, mutual] = ports;
  return `global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  timeout http-keep-alive 1s
frontend plain
  bind 127.0.0.1:${http}
  http-request early-hint Link "</hint.css>; rel=preload" if { path /hinted }
  http-request set-path /plain if { path /hinted }
  http-request return status 200 content-type text/plain string "from haproxy" if { path /own }
  http-request deny deny_status 403 if { path /forbidden }
  http-request replace-path /relay/(.*) /\\1
  default_backend origin
frontend secure
  bind 127.0.0.1:${tls12} ssl crt ${folder}/both.pem ssl-max-ver TLSv1.2
  bind 127.0.0.1:${tls13} ssl crt ${folder}/both.pem ssl-min-ver TLSv1.3
  bind 127.0.0.1:${mutual} ssl crt ${folder}/both.pem ca-file ${folder}/ca.pem verify required
  http-request set-path /plain
  default_backend origin
backend origin
  server peer 127.0.0.1:${origin}
`;
}

export async function startHaproxy({ certificates, origin }: Surroundings): Promise<WebServer> {
  const running = await launch({
    command: "haproxy",
    ports: WEB_PORTS,
    files: (site) => ({
      ...certificateFiles(certificates),
      "haproxy.cfg": configuration(site, origin),
    }),
    args: () => ["-db", "-f", "haproxy.cfg"],
  });
  return webServer("haproxy", running);
}
