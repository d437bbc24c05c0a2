/**
 * apache2: CGI, ranges, gzip, TRACE, `OPTIONS *`, Basic, TLS, a reverse proxy that relays 103; and a forward proxy with CONNECT and
 * Basic, plain and over TLS.
 */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Site } from "./launch.ts";
import { HTPASSWD, siteFiles } from "./site.ts";
import { type Surroundings, WEB_PORTS, type WebServer, webServer } from "./web-server.ts";

const MODULES = [
  "mpm_event",
  "authn_core",
  "authn_file",
  "authz_core",
  "authz_user",
  "auth_basic",
  "alias",
  "cgid",
  "deflate",
  "env",
  "filter",
  "headers",
  "mime",
  "proxy",
  "proxy_connect",
  "proxy_http",
  "setenvif",
  "socache_shmcb",
  "ssl",
];

export interface Apache extends WebServer {
  /** A forward proxy that wants credentials. */
  readonly proxy: number;
  /** The same over TLS. */
  readonly secureProxy: number;
}

function configuration(
  { folder, ports }: Site,
  origin: number,
  tunnels: readonly number[],
): string {
  const [http, tls12, tls13, mutual, proxy, secureProxy] = ports;
  const ssl = `SSLEngine on
  SSLCertificateFile ${folder}/cert.pem
  SSLCertificateKeyFile ${folder}/key.pem`;
  const forward = `ProxyRequests On
  AllowCONNECT ${tunnels.join(" ")}
  <Proxy "*">
    AuthType Basic
    AuthName peer
    AuthBasicProvider file
    AuthUserFile ${folder}/htpasswd
    Require valid-user
  </Proxy>`;
  const host = (port: number | undefined, rules: string): string => `
Listen 127.0.0.1:${port}
<VirtualHost 127.0.0.1:${port}>
  DocumentRoot ${folder}/site
  ${rules}
</VirtualHost>`;
  return `${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
ServerName localhost
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
ScriptSock ${folder}/cgi.socket
ErrorLog ${folder}/error.log
User www-data
Group www-data
StartServers 1
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 1
TraceEnable on
EnableSendfile On
TypesConfig /etc/mime.types
ScriptAlias /cgi/ ${folder}/site/cgi/
<Directory ${folder}/site>
  Require all granted
</Directory>
${host(
  http,
  `<Location /text.txt>
    SetOutputFilter DEFLATE
  </Location>
  Alias /secret ${folder}/site
  <Location /secret>
    AuthType Basic
    AuthName peer
    AuthUserFile ${folder}/htpasswd
    Require valid-user
  </Location>
  <Location /small>
    LimitRequestBody 1024
  </Location>
  ScriptAlias /small/ ${folder}/site/cgi/
  ProxyPass /relay/ http://127.0.0.1:${origin}/ upgrade=ANY`,
)}
${host(tls12, `${ssl}\n  SSLProtocol TLSv1.2\n  MaxKeepAliveRequests 3`)}
${host(tls13, `${ssl}\n  SSLProtocol TLSv1.3`)}
${host(mutual, `${ssl}\n  SSLCACertificateFile ${folder}/ca.pem\n  SSLVerifyClient require`)}
${host(proxy, forward)}
${host(secureProxy, `${ssl}\n  ${forward}`)}
`;
}

export async function startApache({
  certificates,
  origin,
  tunnels,
}: Surroundings): Promise<Apache> {
  const running = await launch({
    command: "apache2",
    ports: WEB_PORTS + 2,
    files: (site) => ({
      ...siteFiles("site"),
      ...certificateFiles(certificates),
      htpasswd: HTPASSWD,
      "apache.conf": configuration(site, origin, tunnels),
    }),
    args: ({ folder }) => ["-d", folder, "-f", "apache.conf", "-DFOREGROUND"],
  });
  const [, , , , proxy = 0, secureProxy = 0] = running.ports;
  return { ...webServer("apache", running), proxy, secureProxy };
}
