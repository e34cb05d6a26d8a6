// The parameters behind a path, split and not yet understood. RFC 5321 §4.1.2, RFC 6531 §3.3.

import { err, ok, type Result } from '#base/result.ts';
import { reply, type SmtpReply } from '../reply.ts';

// Mail-parameters = esmtp-param *(SP esmtp-param)
// esmtp-param     = esmtp-keyword ["=" esmtp-value]
// esmtp-keyword   = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
// esmtp-value     = 1*(%d33-60 / %d62-126)       ; RFC 6531: / UTF8-non-ascii
//
// Without the flag `i`: beside `u` it would take U+017F for an S, and a keyword is ASCII.
const ESMTP_PARAM = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u0080-\u{10ffff}]+))?$/u;

/** Reads one parameter's value into `into`, or says what is wrong with it. */
export type ParameterReader<T> = (value: string | undefined, into: T) => SmtpReply | undefined;

/** A parameter that we do not know is refused, never passed over: it may change what the client thinks we promised. */
export function readParameters<T>(
  text: string,
  readers: Readonly<Record<string, ParameterReader<T>>>,
  into: T,
): Result<T, SmtpReply> {
  if (text === '') return ok(into);
  const seen = new Set<string>();
  for (const written of text.split(' ')) {
    if (written === '') continue;
    const [, name = '', value] = ESMTP_PARAM.exec(written) ?? [];
    if (name === '') return err(reply(501, '5.5.4', 'Syntax error in parameters'));
    const keyword = name.toUpperCase();
    const read = Object.hasOwn(readers, keyword) ? readers[keyword] : undefined;
    if (read === undefined) return err(reply(555, '5.5.4', `Parameter ${keyword} is not known here`));
    if (seen.has(keyword)) return err(reply(501, '5.5.4', `Parameter ${keyword} was given twice`));
    seen.add(keyword);
    const complaint = read(value, into);
    if (complaint !== undefined) return err(complaint);
  }
  return ok(into);
}

export function badValue(keyword: string, right: string): SmtpReply {
  return reply(501, '5.5.4', `Syntax: ${keyword}${right}`);
}
