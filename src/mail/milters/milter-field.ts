// Header fields on their way to a milter and back. To it go a name and a value whose lines end in LF alone; what comes back
// becomes a field that is exactly one field: each further line is a continuation, no line is empty, the name is a name.
//
//   field = field-name ":" value CRLF ; field-name = 1*( %d33-57 / %d59-126 )      RFC 5322 §3.6.8

import { err, ok, type Result } from '#base/result.ts';

export interface ListedField {
  readonly name: string;
  /** The whole field, its last line end included. */
  readonly octets: Buffer;
  /** A milter wrote it. */
  readonly isWritten: boolean;
}

export interface FieldEdit {
  readonly name: Buffer;
  /** What it is called from then on, where that is something else. */
  readonly newName?: Buffer;
  readonly value: Buffer;
  /** The value begins with the blank behind the colon, or with none. */
  readonly keepsSpace: boolean;
}

/** Behind the colon, as milters read it: one blank is left out where the milter does not ask for it. */
export function shownValue({ octets }: ListedField, keepsSpace: boolean): Buffer {
  const text = octets.toString('latin1', octets.indexOf(COLON) + 1).replace(/\r?\n$/, '');
  const bare = !keepsSpace && text.startsWith(' ') ? text.slice(1) : text;
  return Buffer.from(bare.replaceAll('\r\n', '\n'), 'latin1');
}

/** The error is for the log. */
export function formatMilterField({ name, value, keepsSpace }: FieldEdit): Result<Buffer, string> {
  const nameText = name.toString('latin1');
  if (!FIELD_NAME.test(nameText)) return err(`${JSON.stringify(nameText.slice(0, 100))} is no name of a header field`);
  const [first = '', ...others] = value.toString('latin1').split(/\r\n|\r|\n/);
  const lines = [`${nameText}:${keepsSpace ? '' : ' '}${first}`];
  for (const line of others) {
    // A line of blanks would be read as the end of the header by some.
    if (line.trim() === '') continue;
    lines.push(/^[ \t]/.test(line) ? line : `\t${line}`);
  }
  return ok(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));
}

const FIELD_NAME = /^[!-9;-~]{1,998}$/;
const COLON = 0x3a;
