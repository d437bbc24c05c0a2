/** The forward proxies: tinyproxy and squid, both with Basic; squid over TLS too. */
import { certificateFiles } from "./certificate-files.ts";
import { launch, type Running } from "./launch.ts";
import { CREDENTIALS, HTPASSWD } from "./site.ts";
import type { Surroundings } from "./web-server.ts";

export interface ForwardProxy {
  readonly running: Running;
  readonly port: number;
}

export interface Squid {
  readonly running: Running;
  readonly plain: number;
  /** The same over TLS. */
  readonly secure: number;
}

const [USER = "", PASSWORD = ""] = CREDENTIALS.split(":");

export async function startTinyproxy({ tunnels }: Surroundings): Promise<ForwardProxy> {
  const running = await launch({
    command: "tinyproxy",
    ports: 1,
    files: ({ folder, ports: [port] }) => ({
      "tinyproxy.conf": `Port ${port}
Listen 127.0.0.1
LogFile "${folder}/tinyproxy.log"
Timeout 20
MaxClients 50
BasicAuth ${USER} ${PASSWORD}
${tunnels.map((tunnel) => `ConnectPort ${tunnel}`).join("\n")}
`,
    }),
    args: () => ["-d", "-c", "tinyproxy.conf"],
  });
  return { running, port: running.ports[0] ?? 0 };
}

export async function startSquid({ certificates }: Surroundings): Promise<Squid> {
  const running = await launch({
    command: "squid",
    ports: 2,
    files: ({ folder, ports: [plain, secure] }) => ({
      ...certificateFiles(certificates),
      htpasswd: HTPASSWD,
      "squid.conf": `http_port 127.0.0.1:${plain}
https_port 127.0.0.1:${secure} tls-cert=${folder}/cert.pem tls-key=${folder}/key.pem
auth_param basic program /usr/lib/squid/basic_ncsa_auth ${folder}/htpasswd
auth_param basic children 1 startup=1
auth_param basic realm peer
acl users proxy_auth REQUIRED
http_access allow users
http_access deny all
cache deny all
cache_mem 8 MB
memory_pools off
access_log none
cache_log ${folder}/cache.log
coredump_dir ${folder}
pid_filename none
pinger_enable off
shutdown_lifetime 1 seconds
visible_hostname localhost
`,
    }),
    args: ({ folder }) => ["-N", "-f", `${folder}/squid.conf`],
  });
  const [plain = 0, secure = 0] = running.ports;
  return { running, plain, secure };
}
