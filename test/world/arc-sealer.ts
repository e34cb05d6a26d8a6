// Seals a message as ARC wants it, by whatever a test makes of each field before or after it is signed: chains that are good,
// and chains that are wrong in one place alone. RFC 8617 §4, §5.1.

import { type KeyObject, sign } from 'node:crypto';
import { BodyHash } from '#protocols/dkim/body-hash.ts';
import { canonicalField } from '#protocols/dkim/canonical-field.ts';
import type { Canonicalization } from '#protocols/dkim/canonicalization.ts';
import { fieldsNamed } from '#protocols/dkim/signed-fields.ts';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';

export type Alter = (field: string) => string;

/** Of one set. `…Before`: what is signed; `…After`: what becomes of it on the way. */
export interface ArcSetPlan {
  readonly cv?: string;
  readonly resultsBefore?: Alter;
  readonly signatureBefore?: Alter;
  readonly signatureAfter?: Alter;
  readonly sealBefore?: Alter;
  readonly sealAfter?: Alter;
  /** For h= of the message's signature. */
  readonly signedNames?: readonly string[];
  readonly canonicalization?: `${Canonicalization}/${Canonicalization}`;
}

const USUAL_NAMES = ['from', 'to', 'date', 'subject', 'mime-version', 'arc-authentication-results'];

/** With CRLF; the newest set on top. `scope` has the fields of the sets that are there already: results, signature, seal, … */
export function sealMessage(
  message: string,
  key: KeyObject,
  sets: readonly ArcSetPlan[],
  scope: readonly string[] = [],
): string {
  const covered = [...scope];
  let sealed = message;
  for (const plan of sets) {
    const instance = covered.length / 3 + 1;
    const { results, signature, seal } = makeSet(sealed, instance, covered, plan, key);
    covered.push(results, signature, seal);
    sealed = `${seal}${signature}${results}${sealed}`;
  }
  return sealed;
}

function makeSet(message: string, instance: number, scope: readonly string[], plan: ArcSetPlan, key: KeyObject) {
  const { cv = instance === 1 ? 'none' : 'pass', signedNames = USUAL_NAMES } = plan;
  const {
    resultsBefore = same,
    signatureBefore = same,
    signatureAfter = same,
    sealBefore = same,
    sealAfter = same,
  } = plan;
  const canonicalization = plan.canonicalization ?? 'relaxed/relaxed';
  const [ofHeader, ofBody] = canonicalization.split('/') as [Canonicalization, Canonicalization];
  const results = resultsBefore(
    `ARC-Authentication-Results: i=${instance}; lists.example.org;\r\n    spf=pass smtp.mailfrom=jqd@d1.example;\r\n    dmarc=pass\r\n`,
  );
  const signed = fieldsIn(results + message, signedNames, ofHeader);
  const signature = signatureAfter(
    signField(
      signatureBefore(
        `ARC-Message-Signature: i=${instance}; a=rsa-sha256; c=${canonicalization}; d=example.org; s=dummy; t=12345;\r\n` +
          `    h=${signedNames.join(':')};\r\n    bh=${bodyHashOf(message, ofBody)};\r\n    b=@`,
      ),
      signed,
      ofHeader,
      key,
    ),
  );
  const own = sealBefore(
    `ARC-Seal: i=${instance}; a=rsa-sha256; cv=${cv}; d=example.org; s=dummy; t=12345;\r\n    b=@`,
  );
  const covered = [...scope, results, signature].map((field) => canonicalField(Buffer.from(field), 'relaxed'));
  return { results, signature, seal: sealAfter(signField(own, Buffer.concat(covered), 'relaxed', key)) };
}

/** `@` stands for the signature: nothing, while it is signed. */
function signField(field: string, before: Buffer, canonicalization: Canonicalization, key: KeyObject): string {
  const form = canonicalField(Buffer.from(`${field.replace('@', '')}\r\n`), canonicalization);
  const octets = Buffer.concat([before, form.subarray(0, -2)]);
  const text = sign('sha256', octets, key).toString('base64');
  return `${field.replace('@', text.replace(/.{60}/g, '$&\r\n      '))}\r\n`;
}

function fieldsIn(message: string, names: readonly string[], canonicalization: Canonicalization): Buffer {
  const { octets, fields } = parseHeaderFields(Buffer.from(message));
  const found = fieldsNamed(
    names.map((name) => name.trim()),
    fields,
  );
  return Buffer.concat(
    found.map(({ range }) => canonicalField(octets.subarray(range.start, range.end), canonicalization)),
  );
}

function bodyHashOf(message: string, canonicalization: Canonicalization): string {
  const hash = new BodyHash(canonicalization);
  const end = message.indexOf('\r\n\r\n');
  if (end !== -1) hash.update(Buffer.from(message.slice(end + 4)));
  return hash.digest().toString('base64');
}

function same(field: string): string {
  return field;
}
