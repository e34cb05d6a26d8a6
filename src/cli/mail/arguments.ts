// The words behind `mail`: bsd-mailx's options, and those of mailutils that scripts use (-A, -e, -H). Addresses may stand before
// options, as GNU's getopt allows it; behind `--` all words are addresses.

import { err, ok, type Result } from '#base/result.ts';
import { type OptionLetters, readShortOptions } from '../short-options.ts';
import type { Remark } from './failure.ts';

export interface MailRequest {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string | undefined;
  /** `-r` */
  readonly from: string | undefined;
  /** `-a`: fields of the header. */
  readonly fields: readonly string[];
  /** `-A` */
  readonly attachments: readonly string[];
  /** `-f`: `&` where no file is named. */
  readonly folder: string | undefined;
  /** `-u` */
  readonly user: string | undefined;
  /** `-H`, `-e`: shows the list, or says by its exit status whether there is mail, and ends. */
  readonly only: 'list' | 'whether-there-is-mail' | undefined;
  /** `-n` */
  readonly skipsSystemFile: boolean;
  readonly isInteractive: boolean;
  /** Variables that options set. */
  readonly variables: readonly string[];
}

const LETTERS: OptionLetters = {
  alone: 'dEIinNvHe',
  withValue: 'abcrsuA',
  mayHaveValue: { f: { otherwise: '&', takesNext: true } },
  behindOperands: true,
};
/** `-i` is `set ignore`, and so on. */
const VARIABLES: Readonly<Record<string, string>> = {
  i: 'ignore',
  N: 'noheader',
  v: 'verbose',
  E: 'skipempty',
  d: 'debug',
};

export function parseMailArguments(argv: readonly string[]): Result<MailRequest, Remark> {
  const read = readShortOptions(argv, LETTERS);
  if (!read.ok) return err({ key: `mail.${read.error.kind}`, values: { option: read.error.letter } });
  const { options, operands } = read.value;
  const all = (letter: string) => options.filter((option) => option.letter === letter).map(({ value }) => value);
  const last = (letter: string) => all(letter).at(-1);
  const has = (letter: string) => options.some((option) => option.letter === letter);
  const request: MailRequest = {
    to: operands,
    cc: all('c'),
    bcc: all('b'),
    subject: last('s'),
    from: last('r'),
    fields: all('a'),
    attachments: all('A'),
    folder: last('f'),
    user: last('u'),
    only: has('e') ? 'whether-there-is-mail' : has('H') ? 'list' : undefined,
    skipsSystemFile: has('n'),
    isInteractive: has('I'),
    variables: options.flatMap(({ letter }) => VARIABLES[letter] ?? []),
  };
  const remark = findContradiction(request);
  return remark === undefined ? ok(request) : err(remark);
}

function findContradiction({ to, cc, bcc, subject, from, folder, fields }: MailRequest): Remark | undefined {
  const isForSending = subject !== undefined || from !== undefined || cc.length > 0 || bcc.length > 0;
  if (folder !== undefined && to.length > 0) return { key: 'mail.file-and-people' };
  if (to.length === 0 && isForSending) return { key: 'mail.recipients-needed' };
  // One that is no field would end the header.
  const stray = fields.find((field) => !/^[!-9;-~]+[ \t]*:[^\r\n]*$/.test(field));
  return stray === undefined ? undefined : { key: 'mail.bad-field', values: { field: stray } };
}
