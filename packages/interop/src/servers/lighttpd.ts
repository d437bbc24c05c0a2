/** lighttpd: CGI in chunks whose sizes have leading zeros, keep-alive with a limit, ranges, TLS, a reverse proxy. */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Site } from "./launch.ts";
import { siteFiles } from "./site.ts";
import { type Surroundings, WEB_PORTS, type WebServer, webServer } from "./web-server.ts";

function configuration({ folder, ports }: Site, origin: number): string {
  const [http, tls12, tls13, mutual] = ports;
  const secure = (port: number | undefined, protocols: string, more = ""): string => `
$SERVER["socket"] == "127.0.0.1:${port}" {
  ssl.engine = "enable"
  ssl.pemfile = "${folder}/both.pem"
  ssl.openssl.ssl-conf-cmd = (${protocols})
  ${more}
}`;
  return `server.document-root = "${folder}/site"
server.bind = "127.0.0.1"
server.port = ${http}
server.errorlog = "${folder}/error.log"
server.upload-dirs = ("${folder}")
server.modules = ("mod_access", "mod_cgi", "mod_proxy", "mod_openssl")
server.stream-response-body = 1
server.max-keep-alive-requests = 10
server.max-keep-alive-idle = 1
server.feature-flags = ("server.graceful-shutdown-timeout" => 1)
mimetype.assign = (".txt" => "text/plain", ".html" => "text/html", "" => "application/octet-stream")
index-file.names = ("index.html")
$HTTP["url"] =~ "^/cgi/" { cgi.assign = (".sh" => "/bin/sh") }
$HTTP["url"] =~ "^/cgi/small" { server.max-request-size = 1 }
$HTTP["url"] =~ "^/relay/" {
  proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${origin})))
  proxy.header = ("map-urlpath" => ("/relay/" => "/"), "upgrade" => "enable")
}
${secure(tls12, '"MaxProtocol" => "TLSv1.2"')}
${secure(tls13, '"MinProtocol" => "TLSv1.3"')}
${secure(
  mutual,
  '"MinProtocol" => "TLSv1.2"',
  `ssl.ca-file = "${folder}/ca.pem"
  ssl.verifyclient.activate = "enable"
  ssl.verifyclient.enforce = "enable"`,
)}
`;
}

export async function startLighttpd({ certificates, origin }: Surroundings): Promise<WebServer> {
  const running = await launch({
    command: "lighttpd",
    ports: WEB_PORTS,
    files: (site) => ({
      ...siteFiles("site"),
      ...certificateFiles(certificates),
      "lighttpd.conf": configuration(site, origin),
    }),
    args: () => ["-D", "-f", "lighttpd.conf"],
  });
  return webServer("lighttpd", running);
}
