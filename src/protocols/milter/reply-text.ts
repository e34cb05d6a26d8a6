// The SMTP reply that a milter chose: `550 5.7.1 Not from there`, or several lines. Sendmail takes it for a format, so that
// milters write `%%` for a percent sign.
//
//   reply = *( code "-" [ enhanced SP ] text CRLF ) code SP [ enhanced SP ] text

import { err, ok, type Result } from '#base/result.ts';

/** The text is printable, and no line is longer than a reply may be. */
export interface MilterReplyText {
  readonly code: number;
  readonly enhanced: string;
  readonly lines: readonly string[];
}

const LINE = /^([45]\d\d)(?:[ -]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?: |$))?/;
/** RFC 5321 §4.5.3.1.5: 512 octets, with the codes and the line end. */
const LONGEST_LINE = 480;
const MOST_LINES = 32;

export function parseReplyText(data: Buffer): Result<MilterReplyText, string> {
  const end = data.indexOf(0);
  const text = data.toString('utf8', 0, end === -1 ? data.length : end);
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const [first] = lines.map((line) => LINE.exec(line));
  const code = first?.[1];
  if (code === undefined) return err(`malformed reply: ${printable(text)}`);
  // Without a code of its own it is a matter of policy, as with Postfix where a milter says «reject» and no more.
  const enhanced = first?.[2] ?? `${code[0]}.7.1`;
  if (enhanced[0] !== code[0]) return err(`malformed reply: ${printable(text)}`);
  const bare = lines.slice(0, MOST_LINES).map((line) => printable(line.replace(LINE, '').replace(/%(.?)/g, '$1')));
  return ok({ code: Number(code), enhanced, lines: bare });
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_LINE);
}
