// The words behind `mail`: bsd-mailx's options, and those of mailutils that scripts use (-A, -e, -H). Addresses may stand before
// options, as getopt allows it; behind `--` all words are addresses.

import { err, ok, type Result } from '#base/result.ts';
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

interface Option {
  readonly letter: string;
  readonly value: string;
}

const WITH_VALUE = 'abcrsuA';
const ALONE = 'dEIinNvHe';
/** `-i` is `set ignore`, and so on. */
const VARIABLES: Readonly<Record<string, string>> = {
  i: 'ignore',
  N: 'noheader',
  v: 'verbose',
  E: 'skipempty',
  d: 'debug',
};

export function parseMailArguments(argv: readonly string[]): Result<MailRequest, Remark> {
  const read = readOptions(argv);
  if (!read.ok) return read;
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

function readOptions(
  argv: readonly string[],
): Result<{ readonly options: readonly Option[]; readonly operands: readonly string[] }, Remark> {
  const options: Option[] = [];
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') return ok({ options, operands: [...operands, ...argv.slice(at + 1)] });
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const next = argv[at + 1];
    const cluster = readCluster(word, next);
    if (!cluster.ok) return cluster;
    options.push(...cluster.value.options);
    if (cluster.value.tookNext) at++;
  }
  return ok({ options, operands });
}

/** `-s hola`, `-shola`, `-Ns hola`; the file behind `-f` may be left out. */
function readCluster(
  word: string,
  next: string | undefined,
): Result<{ readonly options: readonly Option[]; readonly tookNext: boolean }, Remark> {
  const options: Option[] = [];
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const attached = word.slice(i + 1);
    if (letter === 'f') {
      const isNext = attached === '' && next !== undefined && !next.startsWith('-');
      options.push({ letter, value: attached || (isNext ? next : '&') });
      return ok({ options, tookNext: isNext });
    }
    if (WITH_VALUE.includes(letter)) {
      const value = attached === '' ? next : attached;
      if (value === undefined) return err({ key: 'mail.value-missing', values: { option: letter } });
      options.push({ letter, value });
      return ok({ options, tookNext: attached === '' });
    }
    if (!ALONE.includes(letter)) return err({ key: 'mail.unknown-option', values: { option: letter } });
    options.push({ letter, value: '' });
  }
  return ok({ options, tookNext: false });
}
