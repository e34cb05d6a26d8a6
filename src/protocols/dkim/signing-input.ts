// The octets that a signature is made over: the signed fields in the order of `h=`, then the signature's own field with an
// empty `b=` and without its line end. RFC 6376 §3.7.

import type { HeaderField } from '#protocols/message/header-fields.ts';
import { canonicalField } from './canonical-field.ts';
import type { Canonicalization } from './canonicalization.ts';
import { fieldsNamed } from './signed-fields.ts';

export interface SignableHeader {
  readonly octets: Buffer;
  readonly fields: readonly HeaderField[];
}

const CRLF_OCTETS = 2;

/** One form of the fields serves all signatures of a message. */
export function canonicalFields(
  { octets, fields }: SignableHeader,
  names: readonly string[],
  canonicalization: Canonicalization,
): Buffer {
  const forms = fieldsNamed(names, fields).map(({ range }) =>
    canonicalField(octets.subarray(range.start, range.end), canonicalization),
  );
  return Buffer.concat(forms);
}

export function signingInput(fields: Buffer, unsignedField: Buffer, canonicalization: Canonicalization): Buffer {
  const own = canonicalField(unsignedField, canonicalization);
  return Buffer.concat([fields, own.subarray(0, own.length - CRLF_OCTETS)]);
}
