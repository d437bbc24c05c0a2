/**
 * Certificates for tests and examples, made anew in each run.
 *
 * A key that lies in a repository is found by scanners, runs out, and ends up in somebody's trust
 * store; these live for a day and only in memory. All keys are P-256: making the whole set costs
 * less than a tenth of a second, where one RSA key alone can cost a second.
 *
 * Private: nothing here is fit for anything but loopback.
 */
import { generate } from "selfsigned";

/** A private key and its certificate, both as PEM text. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** One authority that the tests trust, one that they do not, and what each has signed. */
export interface Certificates {
  /** The authority to trust, as PEM text. */
  readonly ca: string;
  /** For `localhost`, `127.0.0.1` and `::1`, signed by `ca`. */
  readonly server: KeyAndCertificate;
  /** For the client in mutual TLS (common name `client`), signed by `ca`. */
  readonly client: KeyAndCertificate;
  /** Signed by `ca`, but for the name `elsewhere.test` only. */
  readonly elsewhere: KeyAndCertificate;
  /** For `localhost` and the loopback addresses, signed by an authority nobody trusts. */
  readonly stranger: KeyAndCertificate;
}

const DAY = 86_400_000;
const DNS = 2;
const IP = 7;
const LOOPBACK: AlternativeName[] = [
  { type: DNS, value: "localhost" },
  { type: IP, ip: "127.0.0.1" },
  { type: IP, ip: "::1" },
];

type AlternativeName = { type: typeof DNS; value: string } | { type: typeof IP; ip: string };
type Options = NonNullable<Parameters<typeof generate>[1]>;

async function make(commonName: string, options: Options): Promise<KeyAndCertificate> {
  const now = Date.now();
  const pems = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(now - DAY),
    notAfterDate: new Date(now + DAY),
    ...options,
  });
  return { key: pems.private, cert: pems.cert };
}

async function makeAuthority(commonName: string): Promise<KeyAndCertificate> {
  return make(commonName, {
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
}

async function issueServer(
  ca: KeyAndCertificate,
  commonName: string,
  altNames: AlternativeName[],
): Promise<KeyAndCertificate> {
  return make(commonName, {
    ca,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames },
    ],
  });
}

async function issueClient(ca: KeyAndCertificate, commonName: string): Promise<KeyAndCertificate> {
  return make(commonName, {
    ca,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", clientAuth: true },
    ],
  });
}

/**
 * Makes two authorities and the certificates that a TLS test needs, valid for one day.
 *
 * @example
 * ```ts
 * import { makeCertificates } from "@httplib/test-certs";
 * import { createServer } from "node:tls";
 *
 * const { ca, server } = await makeCertificates();
 * const listener = createServer({ key: server.key, cert: server.cert });
 * if (!ca.startsWith("-----BEGIN CERTIFICATE-----")) throw new Error(ca);
 * listener.close();
 * ```
 */
export async function makeCertificates(): Promise<Certificates> {
  const [trusted, unknown] = await Promise.all([
    makeAuthority("httplib test authority"),
    makeAuthority("httplib unknown authority"),
  ]);
  const [server, client, elsewhere, stranger] = await Promise.all([
    issueServer(trusted, "localhost", LOOPBACK),
    issueClient(trusted, "client"),
    issueServer(trusted, "elsewhere.test", [{ type: DNS, value: "elsewhere.test" }]),
    issueServer(unknown, "localhost", LOOPBACK),
  ]);
  return { ca: trusted.cert, server, client, elsewhere, stranger };
}
