// What is in a certificate and Node does not tell of. RFC 5280 §4.1, §4.2.1.1.

import { X509Certificate } from 'node:crypto';
import { contextTag, type DerElement, readElements, TAG, writeObjectId } from './der.ts';

export interface CertificateFields {
  /** The contents of the INTEGER: with the octet 0 before a high bit. */
  readonly serialNumber: Buffer;
  /** The whole Name. */
  readonly issuer: Buffer;
  readonly authorityKeyId: Buffer | undefined;
}

const AUTHORITY_KEY_ID = writeObjectId('2.5.29.35');
const VERSION = contextTag(0);
const EXTENSIONS = contextTag(3);
/** `[0] IMPLICIT OCTET STRING` */
const KEY_IDENTIFIER = 0x80;

/** Of the first certificate in a chain. Throws where there is none. */
export function readCertificateFields(pem: string): CertificateFields {
  const fields = parseCertificate(new X509Certificate(pem).raw);
  if (fields === undefined) throw new Error('the certificate is no DER');
  return fields;
}

// Certificate = SEQUENCE { SEQUENCE { [0] version, serialNumber, signature, issuer, …, [3] extensions }, … }
function parseCertificate(raw: Buffer): CertificateFields | undefined {
  const [toBeSigned] = within(readElements(raw)?.[0]);
  const fields = within(toBeSigned);
  const [serial, , issuer] = fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  if (serial?.tag !== TAG.integer || issuer?.tag !== TAG.sequence) return undefined;
  const [extensions] = within(fields.find(({ tag }) => tag === EXTENSIONS));
  return {
    serialNumber: serial.contents,
    issuer: issuer.whole,
    authorityKeyId: findAuthorityKeyId(within(extensions)),
  };
}

// Extension = SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
function findAuthorityKeyId(extensions: readonly DerElement[]): Buffer | undefined {
  for (const extension of extensions) {
    const parts = within(extension);
    if (parts[0]?.whole.equals(AUTHORITY_KEY_ID) !== true) continue;
    const [value] = within(parts.at(-1));
    return within(value).find(({ tag }) => tag === KEY_IDENTIFIER)?.contents;
  }
  return undefined;
}

function within(element: DerElement | undefined): readonly DerElement[] {
  return element === undefined ? [] : (readElements(element.contents) ?? []);
}
