// The words behind `sendmail`, as Postfix reads them: getopt up to the first word that is no option. What Sendmail had
// and nobody needs is taken and passed over, for programs of forty years call this command.

import { err, ok, type Result } from '#base/result.ts';
import { NOTIFY_WORDS, type NotifyWord } from '#platform/maildrop/drop-head.ts';
import { type OptionLetters, readShortOptions, type ShortOption } from '../short-options.ts';
import type { Remark } from './remark.ts';

export interface PostRequest {
  readonly mode: 'post';
  /** `-f`, as written. */
  readonly sender: string | undefined;
  readonly fullName: string | undefined;
  /** `-t`: the header names recipients, too. */
  readonly fromHeader: boolean;
  /** A line with a dot alone ends the message: unless `-i`. */
  readonly dotEnds: boolean;
  readonly notify: readonly NotifyWord[] | undefined;
  readonly ret: 'FULL' | 'HDRS' | undefined;
  readonly envid: string | undefined;
  /** `-v`: the user wants to know what became of it. */
  readonly isWatched: boolean;
  readonly recipients: readonly string[];
}

export type SendmailRequest = { readonly configFile: string | undefined; readonly warnings: readonly Remark[] } & (
  | PostRequest
  /** `-bp`, `-q`, `-qI`, `-qR`, `-bi`, `-bv`: other commands of ours, one after the other. */
  | { readonly mode: 'commands'; readonly commands: readonly Words[] }
  /** `-bs` */
  | { readonly mode: 'smtp' }
  /** `-bh`, `-bH`, and `-q1h` without a daemon. */
  | { readonly mode: 'nothing' }
);

/** `valija WORDS`. */
export type Words = readonly string[];

interface Draft {
  mode: 'post' | 'commands' | 'smtp' | 'nothing';
  commands: readonly Words[];
  sender: string | undefined;
  fullName: string | undefined;
  configFile: string | undefined;
  fromHeader: boolean;
  dotEnds: boolean;
  notify: readonly NotifyWord[] | undefined;
  ret: 'FULL' | 'HDRS' | undefined;
  envid: string | undefined;
  isWatched: boolean;
  isVerification: boolean;
  readonly warnings: Remark[];
}

/** Postfix's; `-q` alone runs the queue. */
const LETTERS: OptionLetters = {
  alone: 'GIUceimntvx',
  withValue: 'ABCFLNORVXbfhopr',
  mayHaveValue: { q: { otherwise: '', takesNext: false } },
  behindOperands: false,
};

type ReadOption = (draft: Draft, value: string) => Remark | undefined;

/** Each option that means something here; the other letters are passed over. */
const READERS: Readonly<Record<string, ReadOption>> = {
  B: (_, value) => (/^(?:7BIT|8BITMIME)$/.test(value) ? undefined : { key: 'sendmail.bad-body' }),
  C: set('configFile'),
  F: set('fullName'),
  I: command(['newaliases']),
  N: readNotify,
  R: readRet,
  V: readEnvid,
  X: (_, value) => ({ key: 'sendmail.unsupported', values: { option: `-X${value.slice(0, 1)}` } }),
  b: readMode,
  f: set('sender'),
  i: (draft) => endOnlyAtTheEnd(draft),
  n: () => ({ key: 'sendmail.unsupported', values: { option: '-n' } }),
  o: (draft, value) => (value.startsWith('i') ? endOnlyAtTheEnd(draft) : undefined),
  q: readQueueRun,
  r: set('sender'),
  t(draft) {
    draft.fromHeader = true;
    return undefined;
  },
  v(draft) {
    draft.isWatched = true;
    return undefined;
  },
};

export function parseSendmailArguments(argv: readonly string[]): Result<SendmailRequest, Remark> {
  const read = readShortOptions(argv, LETTERS);
  if (!read.ok) return err({ key: `sendmail.${read.error.kind}`, values: { option: `-${read.error.letter}` } });
  const draft: Draft = {
    mode: 'post',
    commands: [],
    sender: undefined,
    fullName: undefined,
    configFile: undefined,
    fromHeader: false,
    dotEnds: true,
    notify: undefined,
    ret: undefined,
    envid: undefined,
    isWatched: false,
    isVerification: false,
    warnings: [],
  };
  for (const { letter, value } of read.value.options) {
    const mistake = READERS[letter]?.(draft, value);
    if (mistake !== undefined) return err(mistake);
  }
  return finish(draft, read.value.operands, read.value.options);
}

function finish(
  draft: Draft,
  operands: readonly string[],
  options: readonly ShortOption[],
): Result<SendmailRequest, Remark> {
  const { mode, commands, configFile, warnings, isVerification, ...post } = draft;
  if (isVerification) {
    const excluded = ['t', 'N', 'v'].find((letter) => options.some((option) => option.letter === letter));
    if (excluded !== undefined)
      return err({ key: 'sendmail.not-with', values: { option: `-${excluded}`, other: '-bv' } });
    if (operands.length === 0) return err({ key: 'sendmail.no-recipients' });
    return ok({ mode: 'commands', commands: operands.map((word) => ['route', '--', word]), configFile, warnings });
  }
  if (mode !== 'post') {
    if (draft.fromHeader) return err({ key: 'sendmail.header-only-for-delivery' });
    if (operands.length > 0) return err({ key: 'sendmail.no-operands', values: { word: operands[0] ?? '' } });
    return mode === 'commands' ? ok({ mode, commands, configFile, warnings }) : ok({ mode, configFile, warnings });
  }
  return ok({ mode, ...post, recipients: operands, configFile, warnings });
}

function set(name: 'sender' | 'fullName' | 'configFile'): ReadOption {
  return (draft, value) => {
    draft[name] = value;
    return undefined;
  };
}

function command(words: Words): ReadOption {
  return (draft) => {
    draft.mode = 'commands';
    draft.commands = [words];
    return undefined;
  };
}

function endOnlyAtTheEnd(draft: Draft): undefined {
  draft.dotEnds = false;
}

/** What is wrong with it is warned of and passed over, as Postfix does: the mail is worth more than its report. */
function readNotify(draft: Draft, value: string): undefined {
  const words = value.toUpperCase().split(/[\s,]+/);
  const known = NOTIFY_WORDS.filter((word) => words.includes(word));
  const isGood = known.length === words.length && (known.length === 1 || !known.includes('NEVER'));
  if (isGood) draft.notify = known;
  else draft.warnings.push({ key: 'sendmail.bad-notify', values: { value } });
}

function readRet(draft: Draft, value: string): undefined {
  const ret = value.toUpperCase();
  if (ret === 'FULL' || ret === 'HDRS') draft.ret = ret;
  else draft.warnings.push({ key: 'sendmail.bad-return', values: { value } });
}

function readEnvid(draft: Draft, value: string): undefined {
  if (/^[\x20-\x7e]{1,100}$/.test(value)) draft.envid = value;
  else draft.warnings.push({ key: 'sendmail.bad-envid', values: { value } });
}

function readMode(draft: Draft, value: string): Remark | undefined {
  switch (value.slice(0, 1)) {
    case 'm':
      draft.mode = 'post';
      return undefined;
    case 'p':
      return command(['mailq'])(draft, value);
    case 'i':
      return command(['newaliases'])(draft, value);
    case 's':
      draft.mode = 'smtp';
      return undefined;
    case 'h':
    case 'H':
      draft.mode = 'nothing';
      return undefined;
    case 'v':
      draft.isVerification = true;
      return undefined;
    case 'd':
      return { key: 'sendmail.no-daemon' };
    default:
      return { key: 'sendmail.unsupported', values: { option: `-b${value}` } };
  }
}

/** `-q`, `-q1h`, `-qIqueueid`, `-qRdomain`. */
function readQueueRun(draft: Draft, value: string): Remark | undefined {
  const rest = value.slice(1);
  if (value === '') return command(['queue', 'flush'])(draft, value);
  if (/^[0-9]/.test(value)) {
    draft.mode = 'nothing';
    return undefined;
  }
  if (/^[IR]$/.test(value)) return { key: 'sendmail.queue-run-word-missing', values: { option: `-q${value}` } };
  if (value.startsWith('I')) return command(['queue', 'retry', '--', rest])(draft, value);
  if (value.startsWith('R')) return command(['queue', 'retry', '--domain', rest])(draft, value);
  return { key: 'sendmail.unsupported', values: { option: `-q${value}` } };
}
