// What a story can be found by: each event names somebody or something, and a search names whom it wants. A mark is a word and
// a value, `from ana@example.org`; the archive knows no more of events than this.

import { parseIpAddress } from '#base/ip-network.ts';
import type { JourneyEvent } from './event.ts';

/** Whom an event may name, as it stands there. `wrote`: the queue id of a notice about the message. */
type Naming = 'from' | 'to' | 'client' | 'login' | 'message-id' | 'wrote';
export type MarkWord = Naming | 'id' | 'from-domain' | 'to-domain';

/** Texts of strangers: nobody searches for more of them. */
const LONGEST_VALUE_CHARS = 320;

export function markOf(word: MarkWord, value: string): string {
  const bounded = value.length > LONGEST_VALUE_CHARS ? value.slice(0, LONGEST_VALUE_CHARS) : value;
  // Marks are kept one a line.
  return `${word} ${bounded.includes('\n') ? bounded.replaceAll('\n', ' ') : bounded}`;
}

/** Each once. `key` is that of the journey. */
export function marksOf(key: string, events: readonly JourneyEvent[]): string[] {
  const named = new Map<Naming, Set<string>>();
  const name = (naming: Naming, value: string | undefined) => {
    if (value === undefined) return;
    const values = named.get(naming);
    if (values === undefined) named.set(naming, new Set([value]));
    else values.add(value);
  };
  for (const event of events) noteNamed(event, name);
  const marks = new Set([markOf('id', key)]);
  for (const [naming, values] of named) {
    for (const value of values) for (const mark of MARKS[naming](value)) marks.add(mark);
  }
  return [...marks];
}

/** However the address is spelt; none for what is no address. */
export function clientMarks(address: string): string[] {
  const octets = parseIpAddress(address);
  return octets === undefined ? [] : [markOf('client', octets.toString('hex'))];
}

/** Of the whole address, and of its domain where it has one. */
export function addressMarks(word: 'from' | 'to', address: string): string[] {
  const bare = address.toLowerCase();
  const at = bare.lastIndexOf('@');
  return at === -1 ? [markOf(word, bare)] : [markOf(word, bare), markOf(`${word}-domain`, bare.slice(at + 1))];
}

export function bareMessageId(text: string): string {
  return text.replace(/^</, '').replace(/>$/, '');
}

const MARKS: Readonly<Record<Naming, (value: string) => string[]>> = {
  from: (address) => addressMarks('from', address),
  to: (address) => addressMarks('to', address),
  client: clientMarks,
  login: (login) => (login === '' ? [] : [markOf('login', login.toLowerCase())]),
  'message-id': (id) => (bareMessageId(id) === '' ? [] : [markOf('message-id', bareMessageId(id))]),
  wrote: (queueId) => [markOf('wrote', queueId)],
};

function noteNamed(event: JourneyEvent, name: (naming: Naming, value: string | undefined) => void): void {
  switch (event.kind) {
    case 'connected':
    case 'joined':
      name('client', event.clientAddress);
      break;
    case 'posted':
      name('from', event.sender);
      break;
    case 'judged':
      noteJudged(event, name);
      break;
    case 'authentication-failed':
      name('login', event.login);
      name('client', event.clientAddress);
      break;
    case 'received':
      name('message-id', event.messageId);
      break;
    case 'planned':
      name('to', event.recipient);
      if (event.action === 'file') nameAccount(event.account, name);
      break;
    case 'filed':
      name('to', event.recipient);
      nameAccount(event.account, name);
      break;
    case 'relayed':
    case 'delivered':
    case 'deferred':
    case 'bounced':
    case 'expired':
      name('to', event.recipient);
      break;
    case 'notified':
    case 'delayed-warning':
      name('wrote', event.queueId);
      break;
    default:
  }
}

/** Whom a refused command named is found as well as who was let in. */
function noteJudged(
  { stage, subject }: Extract<JourneyEvent, { kind: 'judged' }>,
  name: (naming: Naming, value: string) => void,
): void {
  if (stage === 'connection') name('client', subject);
  if (stage === 'sender') name('from', withoutBrackets(subject));
  if (stage === 'recipient') name('to', withoutBrackets(subject));
}

/** A user of the machine has no address beside the recipient's. */
function nameAccount(account: string, name: (naming: Naming, value: string) => void): void {
  if (account.includes('@')) name('to', account);
}

/** `<ana@example.org>`, as judgements name senders and recipients. */
export function withoutBrackets(subject: string): string {
  return subject.startsWith('<') && subject.endsWith('>') ? subject.slice(1, -1) : subject;
}
