export { makeCertificates } from "./make-certificates.ts";
export type { Certificates, KeyAndCertificate } from "./make-certificates.ts";
