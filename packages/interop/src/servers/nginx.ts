/** nginx: keep-alive with a limit, trailers, ranges, gzip, early 413, Basic, PUT, TLS, a reverse proxy. */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Site } from "./launch.ts";
import { HTPASSWD, siteFiles } from "./site.ts";
import { type Surroundings, WEB_PORTS, type WebServer, webServer } from "./web-server.ts";

function configuration({ folder, ports }: Site, origin: number): string {
  const [http, tls12, tls13, mutual] = ports;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/tmp-${name};`)
    .join("\n  ");
  const secure = (port: number | undefined, rules: string): string => `
  server {
    listen 127.0.0.1:${port} ssl;
    root ${folder}/site;
    ${rules}
  }`;
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary}
  types { text/plain txt; text/html html; application/octet-stream bin; }
  ssl_certificate ${folder}/cert.pem;
  ssl_certificate_key ${folder}/key.pem;
  map $http_upgrade $upgrading { default upgrade; "" ""; }
  server {
    listen 127.0.0.1:${http};
    root ${folder}/site;
    client_max_body_size 100m;
    location /three/ { alias ${folder}/site/; keepalive_requests 3; }
    location /brief/ { alias ${folder}/site/; keepalive_timeout 1s; }
    location /gzip/ { alias ${folder}/site/; gzip on; gzip_types text/plain; }
    location /trailers/ { alias ${folder}/site/; add_trailer X-Sum 42; add_trailer X-End yes; }
    location /small/ { client_max_body_size 1k; proxy_pass http://127.0.0.1:${origin}/; }
    location /dav/ { root ${folder}/site; dav_methods PUT DELETE; create_full_put_path on; }
    location /secret/ {
      alias ${folder}/site/;
      auth_basic "peer";
      auth_basic_user_file ${folder}/htpasswd;
    }
    location /relay/ {
      proxy_pass http://127.0.0.1:${origin}/;
      proxy_http_version 1.1;
      proxy_set_header Connection $upgrading;
      proxy_set_header Upgrade $http_upgrade;
      proxy_request_buffering off;
    }
  }${secure(tls12, "ssl_protocols TLSv1.2;")}${secure(tls13, "ssl_protocols TLSv1.3;")}${secure(
    mutual,
    `ssl_protocols TLSv1.2 TLSv1.3; ssl_client_certificate ${folder}/ca.pem; ssl_verify_client on;`,
  )}
}
`;
}

export async function startNginx({ certificates, origin }: Surroundings): Promise<WebServer> {
  const running = await launch({
    command: "nginx",
    ports: WEB_PORTS,
    files: (site) => ({
      ...siteFiles("site"),
      ...certificateFiles(certificates),
      htpasswd: HTPASSWD,
      "nginx.conf": configuration(site, origin),
    }),
    args: ({ folder }) => ["-p", folder, "-c", "nginx.conf", "-e", `${folder}/error.log`],
  });
  return webServer("nginx", running);
}
