/** Caddy: the HTTP of Go. Ranges, gzip, TLS, a reverse proxy that relays 103 and trailers both ways. */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Site } from "./launch.ts";
import { siteFiles } from "./site.ts";
import { type Surroundings, WEB_PORTS, type WebServer, webServer } from "./web-server.ts";

function configuration({ folder, ports }: Site, origin: number): string {
  const [http, tls12, tls13, mutual] = ports;
  const secure = (port: number | undefined, rules: string): string => `
https://:${port} {
  bind 127.0.0.1
  tls ${folder}/cert.pem ${folder}/key.pem {
    ${rules}
  }
  root * ${folder}/site
  file_server
}`;
  return `{
  admin off
  auto_https off
  storage file_system ${folder}/storage
}
http://:${http} {
  bind 127.0.0.1
  root * ${folder}/site
  @gzip path /text.txt
  encode @gzip gzip
  request_body /small* {
    max_size 1KB
  }
  handle_path /relay/* {
    reverse_proxy 127.0.0.1:${origin} {
      flush_interval -1
    }
  }
  handle_path /small* {
    reverse_proxy 127.0.0.1:${origin}
  }
  file_server
}
${secure(tls12, "protocols tls1.2 tls1.2")}
${secure(tls13, "protocols tls1.3 tls1.3")}
${secure(
  mutual,
  `client_auth {
      mode require_and_verify
      trusted_ca_cert_file ${folder}/ca.pem
    }`,
)}
`;
}

export async function startCaddy({ certificates, origin }: Surroundings): Promise<WebServer> {
  const running = await launch({
    command: "caddy",
    ports: WEB_PORTS,
    files: (site) => ({
      ...siteFiles("site"),
      ...certificateFiles(certificates),
      Caddyfile: configuration(site, origin),
    }),
    args: () => ["run", "--config", "Caddyfile", "--adapter", "caddyfile"],
  });
  return webServer("caddy", running);
}
