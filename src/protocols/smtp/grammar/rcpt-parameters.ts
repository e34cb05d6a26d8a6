// The parameters of RCPT: NOTIFY and ORCPT. RFC 3461 §4.1, §4.2, RFC 6533 §3.

import type { Result } from '#base/result.ts';
import type { SmtpQuirks } from '../quirks.ts';
import type { SmtpReply } from '../reply.ts';
import { badValue, type ParameterReader, readParameters } from './parameters.ts';
import { parseXtext, parseXtextOfUtf8 } from './xtext.ts';

const ORCPT_OCTETS = 500;

export type NotifyWord = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

export interface RcptParameters {
  readonly notify: readonly NotifyWord[] | undefined;
  /** `rfc822;user@example.com`, xtext decoded. */
  readonly orcpt: string | undefined;
}

interface Draft {
  notify: readonly NotifyWord[] | undefined;
  orcpt: string | undefined;
}

export function parseRcptParameters(text: string, quirks: SmtpQuirks): Result<RcptParameters, SmtpReply> {
  const readers: Readonly<Record<string, ParameterReader<Draft>>> = {
    NOTIFY: readNotify,
    ORCPT: (value, into) => readOrcpt(value, into, quirks),
  };
  return readParameters<Draft>(text, readers, { notify: undefined, orcpt: undefined });
}

// notify-esmtp-value   = "NEVER" / 1#notify-list-element
// notify-list-element  = "SUCCESS" / "FAILURE" / "DELAY"
function readNotify(value: string | undefined, into: Draft): SmtpReply | undefined {
  const words = (value ?? '').toUpperCase().split(',');
  const alone = words.length === 1 && words[0] === 'NEVER';
  if (!alone && (!words.every(isListElement) || new Set(words).size < words.length)) {
    return badValue('NOTIFY', '=NEVER, or a list of SUCCESS, FAILURE and DELAY');
  }
  into.notify = words as NotifyWord[];
  return undefined;
}

function isListElement(word: string): boolean {
  return word === 'SUCCESS' || word === 'FAILURE' || word === 'DELAY';
}

// orcpt-parameter         = "ORCPT=" original-recipient-address
// original-recipient-address = addr-type ";" xtext
// addr-type               = atom
//
// `utf-8;` may hold UTF-8 as it is (RFC 6533 §3); it was checked for control characters with its line.
function readOrcpt(value: string | undefined, into: Draft, quirks: SmtpQuirks): SmtpReply | undefined {
  const complaint = badValue('ORCPT', `=type;address, at most ${ORCPT_OCTETS} characters`);
  const semicolon = value?.indexOf(';') ?? -1;
  if (value === undefined || value.length > ORCPT_OCTETS || semicolon < 1) return complaint;
  const [type, written] = [value.slice(0, semicolon), value.slice(semicolon + 1)];
  if (!/^[a-z0-9!#$%&'*+\-/=?^_`{|}~]+$/i.test(type) || written === '') return complaint;
  const known = type.toLowerCase();
  const address = known === 'utf-8' ? parseUtf8Address(written) : parseXtext(written);
  const mistyped = quirks.utf8InRfc822Orcpt && known === 'rfc822' ? parseXtextOfUtf8(written) : undefined;
  if (address !== undefined) into.orcpt = `${type};${address}`;
  else if (mistyped !== undefined) into.orcpt = `utf-8;${mistyped}`;
  else return complaint;
  return undefined;
}

// utf-8-addr-unitext = 1*(QUCHAR / EmbeddedUnicodeChar)
// EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"
//
// Kept as written: `\x{…}` stays what it is, and is understood by whoever writes the report.
function parseUtf8Address(text: string): string | undefined {
  return /^[^\s+=\x00-\x1f\x7f-\x9f]+$/u.test(text) ? text : parseXtext(text);
}
