// A certificate chain and its key, in PEM, checked for being whole and for belonging together. Expiry is not judged here:
// an expired certificate is shown where there is no other, and told of.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '#base/result.ts';
import type { CertificateFacts } from '#mail/certificates/certificate-facts.ts';
import type { ServerCertificate } from './server-certificate.ts';

/** The chain alone and the key alone, whatever else stood in the files: both may be one file. */
export interface CheckedPair extends ServerCertificate {
  readonly facts: CertificateFacts;
}

/** Many times what the longest chains have. */
const LONGEST_PEM_OCTETS = 262_144;
const MOST_CHAIN_CERTIFICATES = 16;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What is wrong is said in words for whoever reads the log. */
export function checkPair(certificate: string, secretKey: string): Result<CheckedPair, string> {
  if (certificate.length > LONGEST_PEM_OCTETS) return err(`it has more than ${LONGEST_PEM_OCTETS} octets`);
  const blocks = certificate.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return err('there is no whole certificate in it');
  if (certificate.split('-----BEGIN CERTIFICATE-----').length - 1 !== blocks.length) return err('it is cut off');
  if (blocks.length > MOST_CHAIN_CERTIFICATES) return err(`it has more than ${MOST_CHAIN_CERTIFICATES} certificates`);
  try {
    const [first] = blocks.map((block) => new X509Certificate(block));
    if (first === undefined) return err('there is no whole certificate in it');
    const key = readKey(secretKey);
    if (!key.ok) return key;
    if (!first.checkPrivateKey(key.value)) return err('the key does not belong to the certificate');
    const pair = { certificate: `${blocks.join('\n')}\n`, secretKey: writeKey(key.value) };
    // What OpenSSL refuses otherwise, such as a key that is too short for its security level.
    createSecureContext({ cert: pair.certificate, key: pair.secretKey });
    return ok({ ...pair, facts: readFacts(first) });
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
}

function readFacts(certificate: X509Certificate): CertificateFacts {
  return {
    names: certificateNames(certificate),
    issuer: field(certificate.issuer, 'CN') ?? field(certificate.issuer, 'O') ?? certificate.issuer,
    isSelfSigned: certificate.checkIssued(certificate),
    fromMs: certificate.validFromDate.getTime(),
    untilMs: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    keyType: describeKey(certificate.publicKey),
  };
}

function readKey(pem: string): Result<KeyObject, string> {
  if (!pem.includes('-----BEGIN')) return err('there is no key in the key file');
  if (/ENCRYPTED/.test(pem)) return err('the key is encrypted: take its passphrase away (openssl pkey)');
  try {
    return ok(createPrivateKey(pem));
  } catch {
    return err('the key is not whole, or no key at all');
  }
}

function writeKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** RFC 9525 §6.3: the common name counts only where there are no alternative names. */
function certificateNames(certificate: X509Certificate): string[] {
  const alternatives = (certificate.subjectAltName ?? '').split(', ').flatMap((entry) => {
    return entry.startsWith('DNS:') ? entry.slice('DNS:'.length).toLowerCase() : [];
  });
  if (certificate.subjectAltName !== undefined) return [...new Set(alternatives)];
  const commonName = field(certificate.subject, 'CN');
  return commonName === undefined ? [] : [commonName.toLowerCase()];
}

function field(name: string, key: string): string | undefined {
  const line = name.split('\n').find((one) => one.startsWith(`${key}=`));
  return line?.slice(key.length + 1);
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined) return `RSA ${modulusLength}`;
  if (namedCurve !== '') return `EC ${CURVES[namedCurve] ?? namedCurve}`;
  return key.asymmetricKeyType ?? 'unknown';
}
