import { makeCertificates } from "@httplib/test-certs";
import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";

const certificates = await makeCertificates();
const { ca, server, client, elsewhere, stranger } = certificates;

test("the server's certificate is signed by the authority and names every loopback address", () => {
  const certificate = new X509Certificate(server.cert);
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
  expect(certificate.checkHost("localhost")).toBe("localhost");
  expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(certificate.checkIP("::1")).toBe("::1");
});

test("the certificate for elsewhere is trusted but does not name localhost", () => {
  const certificate = new X509Certificate(elsewhere.cert);
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
  expect(certificate.checkHost("localhost")).toBeUndefined();
});

test("the stranger's certificate names localhost but is not signed by the authority", () => {
  const certificate = new X509Certificate(stranger.cert);
  expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(false);
  expect(certificate.checkHost("localhost")).toBe("localhost");
});

test("the client's certificate belongs to its key", () => {
  const certificate = new X509Certificate(client.cert);
  expect(certificate.subject).toBe("CN=client");
  expect(client.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
});

test("every certificate is valid now and for at most a day more", () => {
  const now = Date.now();
  for (const pem of [ca, server.cert, client.cert, elsewhere.cert, stranger.cert]) {
    const certificate = new X509Certificate(pem);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(now);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(now);
    expect(Date.parse(certificate.validTo)).toBeLessThan(now + 2 * 86_400_000);
  }
});
