// A journey read as what happened: who came, what was said, what was found out, and what was decided. Only what was recorded is
// known; nothing is made up.

import type { HeaderRecord, JourneyEvent } from '#mail/journey/event.ts';
import type { RecordedStory } from '#mail/ports/journey-log.ts';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import type { Profile } from '#protocols/smtp/profile.ts';
import { DOORS } from '../question.ts';

type Judged = Extract<JourneyEvent, { kind: 'judged' }>;
export type RecordedFact = Extract<JourneyEvent, { kind: 'checked' }>;

export interface JudgedThen {
  readonly stage: Moment;
  readonly subject: string;
  readonly outcome: Judged['outcome'];
  /** `undefined`: the protocol itself, before any rule. */
  readonly rule: string | undefined;
  /** Where the settings say so. */
  readonly place?: string;
  readonly reply: string;
  readonly facts: Judged['facts'];
}

export interface RecordedContent {
  readonly sizeBytes: number;
  readonly hops: number;
  /** `undefined`: it was not recorded. */
  readonly header: HeaderRecord | undefined;
  /** The header was larger than it might be; how large, nobody wrote down. */
  readonly headerTooLarge: boolean;
}

export interface RecordedMessage {
  readonly key: string;
  readonly atMs: number;
  readonly door: Profile['name'];
  readonly port: number;
  readonly clientAddress: string;
  readonly greeting: { readonly name: string; readonly extended: boolean } | undefined;
  readonly tls: boolean;
  readonly account: string | undefined;
  /** Without angle brackets; `undefined` where it never came to that. */
  readonly sender: string | undefined;
  readonly recipients: readonly string[];
  readonly content: RecordedContent | undefined;
  readonly findings: AuthenticationFindings | undefined;
  readonly facts: readonly RecordedFact[];
  readonly verdicts: readonly JudgedThen[];
}

/** A connection may have been refused several messages; what was posted within stood at no door. */
export function readStory(story: RecordedStory): readonly RecordedMessage[] {
  const events = story.map(({ event }) => event);
  const connected = events.find((event) => event.kind === 'connected');
  const door = DOORS.find((name) => name === connected?.profile);
  const [first] = story;
  if (connected === undefined || door === undefined || first === undefined) return [];
  const judged = events.filter((event) => event.kind === 'judged');
  const senders = judged.filter(({ stage }) => stage === 'sender');
  const key = story.find(({ event }) => event.kind === 'joined')?.key ?? first.key;
  const shared = {
    ...{ key, door, port: connected.serverPort, clientAddress: connected.clientAddress, ...sessionOf(events) },
    content: contentOf(events),
    findings: events.find((event) => event.kind === 'sender-checked')?.findings,
    facts: events.filter((event) => event.kind === 'checked'),
  };
  const others = judged.filter(({ stage }) => stage !== 'sender');
  if (senders.length <= 1) return [messageOf(story, shared, senders[0], others)];
  return senders.map((sender) => messageOf(story, shared, sender, []));
}

type Shared = Omit<RecordedMessage, 'atMs' | 'sender' | 'recipients' | 'verdicts'>;

function messageOf(
  story: RecordedStory,
  shared: Shared,
  sender: Judged | undefined,
  others: readonly Judged[],
): RecordedMessage {
  const at = story.find(({ event }) => event === sender) ?? story[0];
  const recipients = others.filter(({ stage }) => stage === 'recipient').map(({ subject }) => bare(subject));
  const implied = impliedVerdicts(shared, sender, others);
  return {
    ...shared,
    atMs: at?.atMs ?? 0,
    sender: sender && bare(sender.subject),
    recipients: [...new Set(recipients)],
    verdicts: [...implied, ...(sender === undefined ? [] : [sender]), ...others].map(judgedThen),
  };
}

/** Nobody writes down that somebody may connect and greet: it shows in what follows. */
function impliedVerdicts(shared: Shared, sender: Judged | undefined, others: readonly Judged[]): readonly Judged[] {
  const permitted = (stage: 'connection' | 'greeting'): Judged[] =>
    others.some((judged) => judged.stage === stage)
      ? []
      : [{ kind: 'judged', stage, subject: '', outcome: 'permit', rule: 'permit', reply: '', facts: {} }];
  return [
    ...(shared.greeting === undefined ? [] : permitted('connection')),
    ...(sender === undefined ? [] : permitted('greeting')),
  ];
}

function judgedThen({ stage, subject, outcome, rule, reply, facts, origin }: Judged): JudgedThen {
  const place = origin && `${origin.list}: ${origin.element}`;
  return { stage, subject, outcome, rule, reply, facts, ...(place !== undefined && { place }) };
}

function sessionOf(events: readonly JourneyEvent[]): Pick<RecordedMessage, 'greeting' | 'tls' | 'account'> {
  const greeted = events.findLast((event) => event.kind === 'greeted');
  return {
    greeting: greeted && { name: greeted.helo, extended: greeted.extended },
    tls: events.some(({ kind }) => kind === 'secured'),
    account: events.findLast((event) => event.kind === 'authenticated')?.account,
  };
}

function contentOf(events: readonly JourneyEvent[]): RecordedContent | undefined {
  const received = events.find((event) => event.kind === 'received');
  if (received === undefined) return undefined;
  const judged = events.find((event) => event.kind === 'judged' && event.stage === 'content');
  const known = judged?.kind === 'judged' ? judged : undefined;
  return {
    sizeBytes: received.sizeBytes,
    hops: Number(known?.facts['hops'] ?? 0),
    header: received.header,
    headerTooLarge: known?.rule === 'header_size_limit',
  };
}

function bare(subject: string): string {
  return subject.slice(1, -1);
}
