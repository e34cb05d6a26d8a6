// The right-hand side of an access table, and what a policy service answers: access(5). First word the action, behind it its
// text, with an enhanced status code or without.

import {
  configurationError,
  deferIfPermit,
  deferIfReject,
  type MessageAction,
  type Opinion,
  PERMIT,
  refuse,
} from './opinion.ts';
import type { JudgedCommand, Subject } from './restriction.ts';

/** What was looked up, and where. */
export interface ActionContext {
  readonly command: JudgedCommand;
  /** What the reply is about. */
  readonly subject: Subject;
  /** `hash:/etc/valija/access`, `inet:127.0.0.1:10023` */
  readonly source: string;
  readonly key: string;
}

type Act = (text: string, context: ActionContext) => Opinion | undefined;

const ACTIONS: Readonly<Record<string, Act>> = {
  ok: () => PERMIT,
  relay: () => PERMIT,
  dunno: () => undefined,
  reject: (text, context) => refused(context, context.command.settings.access_map_reject_code, text),
  defer: (text, context) => refused(context, context.command.settings.access_map_defer_code, text),
  defer_if_permit: (text, context) => {
    const { detail, words } = splitStatus(text, 'Service unavailable', context);
    return deferIfPermit(context.command.settings.access_map_defer_code, detail, rejected(context, words));
  },
  defer_if_reject: (text, context) => {
    const { detail, words } = splitStatus(text, 'Service unavailable', context);
    return deferIfReject(context.command.settings.access_map_defer_code, detail, rejected(context, words));
  },
  warn: (text) => ({ kind: 'notice', notice: { word: 'warn', text } }),
  info: (text) => ({ kind: 'notice', notice: { word: 'info', text } }),
  hold: (text, context) => noted(context, { kind: 'hold' }, text === '' ? 'triggers HOLD action' : text),
  discard: (text, context) => noted(context, { kind: 'discard' }, text === '' ? 'triggers DISCARD action' : text),
  redirect: (text, context) =>
    text.includes('@')
      ? noted(context, { kind: 'redirect', to: text }, `triggers REDIRECT ${text}`)
      : useless(context, 'requires user@domain target'),
  bcc: (text, context) =>
    text.includes('@')
      ? noted(context, { kind: 'bcc', to: text }, `triggers BCC ${text}`)
      : useless(context, 'requires user@domain target'),
  filter: (text, context) =>
    text.includes(':')
      ? noted(context, { kind: 'filter', nextHop: text }, `triggers FILTER ${text}`)
      : useless(context, 'requires transport:destination'),
  prepend: prepend,
};

/** For a message that is there: of a client alone there is nothing to hold. */
export function readAction(value: string, context: ActionContext): Opinion | undefined {
  const [word = ''] = value.split(/\s/, 1);
  const text = value.slice(word.length).trim();
  const name = word.toLowerCase();
  if (Object.hasOwn(ACTIONS, name)) return ACTIONS[name]?.(text, context);
  // Some programs that let clients in after POP3 write a time stamp.
  if (/^[0-9]+$/.test(value)) return PERMIT;
  if (/^[45][0-9]{2}$/.test(word)) return refused(context, Number(word), text);
  return consult(value, context);
}

function refused(context: ActionContext, code: number, text: string): Opinion {
  const { detail, words } = splitStatus(text, 'Access denied', context);
  return refuse(code, detail, rejected(context, words));
}

function rejected({ subject }: ActionContext, words: string): string {
  return `<${subject.name}>: ${subject.what} rejected: ${words}`;
}

/** `5.7.1 text`: only the code's last two numbers are the table's to choose, the first is the reply's own. */
function splitStatus(
  text: string,
  otherwise: string,
  { subject }: ActionContext,
): { readonly detail: string; readonly words: string } {
  const found = /^[245]\.([0-9]{1,3}\.[0-9]{1,3})(?:\s+(.*))?$/s.exec(text);
  const [, detail = '7.1', words = ''] = found ?? [undefined, undefined, text];
  return { detail: fittingStatus(detail, subject.what), words: words === '' ? otherwise : words };
}

/** What is said of one kind of address is not true of the other: Postfix's own translation. RFC 3463 §3.2. */
function fittingStatus(detail: string, what: Subject['what']): string {
  if (!detail.startsWith('1.')) return detail;
  if (what === 'Sender address') return SENDER_STATUS[detail] ?? '1.0';
  if (what === 'Recipient address') return RECIPIENT_STATUS[detail] ?? '1.0';
  return '0.0';
}

const SENDER_STATUS: Readonly<Partial<Record<string, string>>> = {
  '1.1': '1.7',
  '1.2': '1.8',
  '1.3': '1.7',
  '1.4': '1.7',
  '1.6': '1.7',
  '1.7': '1.7',
  '1.8': '1.8',
};

const RECIPIENT_STATUS: Readonly<Partial<Record<string, string>>> = {
  '1.1': '1.1',
  '1.2': '1.2',
  '1.3': '1.3',
  '1.4': '1.4',
  '1.5': '1.5',
  '1.6': '1.6',
  '1.7': '1.3',
  '1.8': '1.2',
};

function noted(context: ActionContext, action: MessageAction, words: string): Opinion {
  const { command, subject } = context;
  if (!concernsMessage(command)) return outOfPlace(context, action.kind.toUpperCase());
  const text = `<${subject.name}>: ${subject.what} ${words}`;
  const notice = action.kind === 'prepend' ? undefined : { word: action.kind, text };
  return { kind: 'act', action, notice };
}

// field-name = 1*ftext ; the visible characters but the colon. RFC 5322 §3.6.8.
const HEADER_FIELD = /^[!-9;-~]+:[ \t]*[^\x00-\x08\x0a-\x1f\x7f]+$/;

function prepend(text: string, context: ActionContext): Opinion | undefined {
  if (!HEADER_FIELD.test(text)) return useless(context, 'requires header: text');
  if (context.command.state === 'END-OF-MESSAGE') return outOfPlace(context, 'PREPEND');
  return noted(context, { kind: 'prepend', field: text }, '');
}

/** Before MAIL there is no message that something could become of. */
function concernsMessage({ sender }: JudgedCommand): boolean {
  return sender !== null;
}

function outOfPlace({ source, command }: ActionContext, action: string): Opinion {
  return mistake(`access table ${source}: action ${action} is always skipped at ${command.state}`);
}

function useless({ source, key }: ActionContext, complaint: string): Opinion {
  return mistake(`access table ${source} entry "${key}" ${complaint}`);
}

function mistake(text: string): Opinion {
  return { kind: 'notice', notice: { word: 'mistake', text } };
}

/** A list of restrictions. Tables must be known beforehand: a class of restrictions may name them. */
function consult(value: string, { command, source, key }: ActionContext): Opinion {
  if (value.trim() === '') return configurationError(`access table ${source} entry "${key}" has empty value`);
  if (value.includes(':')) {
    const text = `access table ${source} has entry with lookup table: ${value}; define a restriction class and specify its name instead`;
    return configurationError(text);
  }
  const elements = command.readRestrictions(value);
  if (!elements.ok) return configurationError(`access table ${source} entry "${key}": ${elements.error}`);
  return { kind: 'consult', elements: elements.value };
}
