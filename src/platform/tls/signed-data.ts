// A document and who signed it, in one: CMS SignedData, with the chain that vouches for the signer. RFC 5652 §5, RFC 5754 §3.

import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { readCertificateFields } from './certificate-fields.ts';
import { contextTag, TAG, writeElement, writeObjectId, writeSmallInteger } from './der.ts';
import type { ServerCertificate } from './server-certificate.ts';

const SIGNED_DATA = writeObjectId('1.2.840.113549.1.7.2');
const DATA = writeObjectId('1.2.840.113549.1.7.1');
const CONTENT_TYPE = writeObjectId('1.2.840.113549.1.9.3');
const MESSAGE_DIGEST = writeObjectId('1.2.840.113549.1.9.4');
const SIGNING_TIME = writeObjectId('1.2.840.113549.1.9.5');
const NULL = Buffer.from([0x05, 0x00]);
const SHA256 = writeElement(TAG.sequence, writeObjectId('2.16.840.1.101.3.4.2.1'));

/** By the type of the key. */
const SIGNATURE_ALGORITHMS: Readonly<Record<string, Buffer>> = {
  rsa: writeElement(TAG.sequence, writeObjectId('1.2.840.113549.1.1.11'), NULL),
  ec: writeElement(TAG.sequence, writeObjectId('1.2.840.10045.4.3.2')),
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
/** Of RFC 5652 §5.1: the signer is named by issuer and number. */
const VERSION = writeSmallInteger(1);

/** `undefined` where the key is of a kind that this is not done with. */
export function signDocument(
  document: Buffer,
  pair: ServerCertificate,
  nowMs: number,
): Buffer<ArrayBuffer> | undefined {
  const key = createPrivateKey(pair.secretKey);
  const algorithm = SIGNATURE_ALGORITHMS[key.asymmetricKeyType ?? ''];
  if (algorithm === undefined) return undefined;
  const digest = createHash('sha256').update(document).digest();
  const attributes = signedAttributes(digest, nowMs);
  // RFC 5652 §5.4: signed is the SET, whatever tag it travels under.
  const signature = sign('sha256', writeElement(TAG.set, ...attributes), key);
  const chain = (pair.certificate.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem).raw);
  const { issuer, serialNumber } = readCertificateFields(pair.certificate);
  const signer = writeElement(
    TAG.sequence,
    VERSION,
    writeElement(TAG.sequence, issuer, writeElement(TAG.integer, serialNumber)),
    SHA256,
    writeElement(contextTag(0), ...attributes),
    algorithm,
    writeElement(TAG.octetString, signature),
  );
  const signedData = writeElement(
    TAG.sequence,
    VERSION,
    writeElement(TAG.set, SHA256),
    writeElement(TAG.sequence, DATA, writeElement(contextTag(0), writeElement(TAG.octetString, document))),
    writeElement(contextTag(0), ...inOrder(chain)),
    writeElement(TAG.set, signer),
  );
  return writeElement(TAG.sequence, SIGNED_DATA, writeElement(contextTag(0), signedData));
}

function signedAttributes(digest: Buffer, nowMs: number): Buffer[] {
  const attribute = (type: Buffer, value: Buffer) => writeElement(TAG.sequence, type, writeElement(TAG.set, value));
  return inOrder([
    attribute(CONTENT_TYPE, DATA),
    attribute(SIGNING_TIME, writeTime(nowMs)),
    attribute(MESSAGE_DIGEST, writeElement(TAG.octetString, digest)),
  ]);
}

/** RFC 5652 §11.3: two digits of the year up to 2049, four behind it. */
function writeTime(nowMs: number): Buffer {
  const digits = new Date(nowMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  if (digits < '2050') return writeElement(TAG.utcTime, Buffer.from(digits.slice(2)));
  return writeElement(TAG.generalizedTime, Buffer.from(digits));
}

/** DER has the elements of a SET sorted. */
function inOrder(elements: readonly Buffer[]): Buffer[] {
  return elements.toSorted(Buffer.compare);
}
