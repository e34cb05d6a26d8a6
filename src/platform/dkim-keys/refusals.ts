// What the keys' administration refuses: what is wrong, and what to do, for the person who asked.

import { err } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';

const PHRASES = {
  'dkim-domain-malformed': ['invalid', '«{given}» is not a domain name; the form is example.org'],
  'dkim-selector-malformed': [
    'invalid',
    '«{given}» is not a selector; it has letters, digits, - and _, in parts with dots between them, such as s202611',
  ],
  'dkim-bits-unusable': ['invalid', 'an RSA key has from {least} to {most} bits; 2048 is what receivers expect'],
  'dkim-key-unusable': ['invalid', 'this key cannot be used: {reason}'],
  'dkim-selector-taken': ['exists', '{domain} has a key with the selector {selector} already'],
  'dkim-no-keys': ['not-found', '{domain} has no keys; make some with: valija dkim generate {domain}'],
  'dkim-key-not-found': [
    'not-found',
    '{domain} has no key with the selector {selector}; see: valija dkim list {domain}',
  ],
  'dkim-key-active': ['in-use', 'the key {selector} of {domain} is in use; first: valija dkim rotate {domain}'],
  'dkim-key-retiring': [
    'in-use',
    'mail that the key {selector} of {domain} signed may be under way until {until}; --force removes it all the same',
  ],
  'dkim-record-missing': [
    'invalid',
    'nothing is published at {name}: mail would fail its verification; publish what «valija dkim show {domain}» says, or --force',
  ],
  'dkim-record-different': [
    'invalid',
    'what is published at {name} is another key: mail would fail its verification; see: valija dkim show {domain}; --force changes all the same',
  ],
  'dkim-record-ambiguous': [
    'invalid',
    'several keys are published at {name}, and receivers take any of them: leave one; see: valija dkim show {domain}; --force changes all the same',
  ],
  'dkim-record-unknown': [
    'invalid',
    'the DNS did not answer for {name}: nobody can say whether the key is published; try again, or --force',
  ],
} as const satisfies Record<string, readonly [code: Refusal['code'], message: string]>;

export type KeyRefusalPhrase = keyof typeof PHRASES;

export function refuse(
  phrase: KeyRefusalPhrase,
  details: Readonly<Record<string, string>>,
): { readonly ok: false; readonly error: Refusal } {
  const [code, template] = PHRASES[phrase];
  const message = template.replace(/\{(\w+)\}/g, (gap, name: string) => details[name] ?? gap);
  return err({ code, message, phrase, details });
}
