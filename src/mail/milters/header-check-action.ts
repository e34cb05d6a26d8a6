// What a table of milter_header_checks says of a header field, as header_checks(5) has it: first word the action, behind it its
// text, with an enhanced status code or without.

import type { MessageAction } from '#mail/restrictions/opinion.ts';
import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';

export type HeaderCheckAction =
  | { readonly kind: 'keep' }
  /** `isLogged`: STRIP, which is IGNORE that the log knows of. */
  | { readonly kind: 'drop'; readonly isLogged: boolean; readonly text: string }
  | { readonly kind: 'replace'; readonly name: string; readonly value: string; readonly text: string }
  | { readonly kind: 'log'; readonly word: 'warning' | 'info'; readonly text: string }
  | { readonly kind: 'act'; readonly action: MessageAction; readonly text: string }
  | { readonly kind: 'refuse'; readonly reply: SmtpReply; readonly text: string }
  /** No further field of the message is looked at. */
  | { readonly kind: 'pass'; readonly text: string }
  /** It cannot be done, and the field stays; for the log. */
  | { readonly kind: 'mistake'; readonly text: string };

const ACTIONS: Readonly<Record<string, (text: string) => HeaderCheckAction>> = {
  dunno: () => ({ kind: 'keep' }),
  ok: () => ({ kind: 'keep' }),
  ignore: (text) => ({ kind: 'drop', isLogged: false, text }),
  strip: (text) => ({ kind: 'drop', isLogged: true, text }),
  warn: (text) => ({ kind: 'log', word: 'warning', text }),
  info: (text) => ({ kind: 'log', word: 'info', text }),
  pass: (text) => ({ kind: 'pass', text }),
  hold: (text) => ({ kind: 'act', action: { kind: 'hold' }, text }),
  discard: (text) => ({ kind: 'act', action: { kind: 'discard' }, text }),
  redirect: (text) => toAddress('redirect', text),
  bcc: (text) => toAddress('bcc', text),
  filter: (text) =>
    text.includes(':')
      ? { kind: 'act', action: { kind: 'filter', nextHop: text }, text }
      : { kind: 'mistake', text: `bad FILTER command ${text}: need transport:destination` },
  replace: replaceBy,
  reject: refuse,
  prepend: () => ({
    kind: 'mistake',
    text: 'PREPEND has no meaning for what a milter adds, with Postfix neither; REPLACE writes another field',
  }),
};

export function readHeaderCheck(value: string): HeaderCheckAction {
  const [word = ''] = value.split(/[ \t]/, 1);
  const action = word.toLowerCase();
  if (!Object.hasOwn(ACTIONS, action)) return { kind: 'mistake', text: `unsupported command: ${value}` };
  return ACTIONS[action]?.(value.slice(word.length).trim()) ?? { kind: 'keep' };
}

function toAddress(kind: 'redirect' | 'bcc', to: string): HeaderCheckAction {
  if (to.includes('@')) return { kind: 'act', action: { kind, to }, text: to };
  return { kind: 'mistake', text: `bad ${kind.toUpperCase()} target "${to}": need user@domain` };
}

/** field-name ":" — RFC 5322 §3.6.8. */
const FIELD = /^([!-9;-~]+)[ \t]*:([\s\S]*)$/;

function replaceBy(text: string): HeaderCheckAction {
  const [, name, value] = FIELD.exec(text) ?? [];
  if (name === undefined || value === undefined) return { kind: 'mistake', text: `bad REPLACE header text "${text}"` };
  return { kind: 'replace', name, value, text };
}

/** `5.7.1 text`; a code that begins with 4 makes it a refusal for now. */
function refuse(text: string): HeaderCheckAction {
  const [, written, rest = ''] = /^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+(.*))?$/s.exec(text) ?? [
    undefined,
    undefined,
    text,
  ];
  const status = written === undefined || written.startsWith('2') ? '5.7.1' : written;
  const words = rest === '' ? 'message content rejected' : rest;
  const code = status.startsWith('4') ? 451 : 550;
  return { kind: 'refuse', reply: reply(code, status, printable(words)), text: `${status} ${words}` };
}

/** A reply is one line of ASCII, whatever the table has put into it of the field. */
function printable(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/[^\x20-\x7e]/g, '?');
}

const LONGEST_TEXT = 480;
