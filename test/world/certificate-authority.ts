// Certificate authorities of a test's own, and what they sign.

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export interface TestCertificate {
  readonly pem: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** DER. */
  readonly octets: Buffer;
  /** Its public key, in DER. */
  readonly keyOctets: Buffer;
}

export interface CertificateWishes {
  /** It ends in so many days; below 0: it ended before today. */
  readonly days?: number;
}

export interface SignedCertificate extends TestCertificate {
  /** Another one for the same names and the same key. */
  renew(): Promise<TestCertificate>;
}

export interface TestAuthority extends TestCertificate {
  sign(names: readonly string[], wishes?: CertificateWishes): Promise<SignedCertificate>;
  /** One below it. */
  authorize(name: string): Promise<TestAuthority>;
}

export async function createAuthority(name = 'A Test Authority'): Promise<TestAuthority> {
  return authority(name, undefined);
}

interface Issuer {
  readonly name: string;
  readonly key: webcrypto.CryptoKey;
}

async function authority(name: string, issuer: Issuer | undefined): Promise<TestAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const self = { name, key: keys.privateKey };
  return {
    ...(await certify(name, keys, issuer ?? self, [new BasicConstraintsExtension(true, undefined, true)], {})),
    async sign(names, wishes = {}) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      const alternatives = names.map((value) => ({ type: 'dns', value }) as const);
      const renew = () =>
        certify(names[0] ?? '', own, self, [new SubjectAlternativeNameExtension(alternatives)], wishes);
      return { ...(await renew()), renew };
    },
    authorize: (below) => authority(below, self),
  };
}

let serial = 0;

async function certify(
  name: string,
  keys: webcrypto.CryptoKeyPair,
  issuer: Issuer,
  extensions: Extension[],
  { days = 30 }: CertificateWishes,
): Promise<TestCertificate> {
  const certificate = await X509CertificateGenerator.create({
    serialNumber: (++serial).toString(16).padStart(4, '0'),
    subject: `CN=${name}`,
    issuer: `CN=${issuer.name}`,
    notBefore: new Date(Date.now() - 365 * DAY_MS),
    notAfter: new Date(Date.now() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    extensions,
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    pem: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
    octets: Buffer.from(certificate.rawData),
    keyOctets: Buffer.from(certificate.publicKey.rawData),
  };
}
