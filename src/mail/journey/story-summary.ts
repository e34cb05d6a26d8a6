// A story in one line: who, to whom, when, how it ended.

import type { JourneyEvent, RecordedEvent } from './event.ts';
import { withoutBrackets } from './marks.ts';
import { findEnd, type StoryEnd } from './story-end.ts';

export interface StorySummary {
  /** The queue id, or the connection's where no message came of it. */
  readonly key: string;
  readonly beganMs: number;
  readonly endedMs: number;
  /** `` is the null reverse-path; `undefined` where nobody said it. */
  readonly sender: string | undefined;
  /** As the sender named them, refused ones included. */
  readonly recipients: readonly string[];
  readonly client: string | undefined;
  readonly login: string | undefined;
  readonly messageId: string | undefined;
  readonly subject: string | undefined;
  readonly end: StoryEnd;
}

/** `undefined` for no events at all. */
export function summarize(story: readonly RecordedEvent[]): StorySummary | undefined {
  const [first] = story;
  const last = story.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const events = story.map(({ event }) => event);
  const received = events.find((event) => event.kind === 'received');
  return {
    key: last.key,
    beganMs: first.atMs,
    endedMs: last.atMs,
    sender: senderOf(events),
    recipients: [...new Set(events.flatMap(recipientOf))],
    client: firstSaid(events, clientOf),
    login: firstSaid(events, loginOf),
    messageId: received?.messageId,
    subject: received?.subject,
    end: findEnd(events),
  };
}

function senderOf(events: readonly JourneyEvent[]): string | undefined {
  return firstSaid(events, (event) => {
    if (event.kind === 'posted') return event.sender;
    return event.kind === 'judged' && event.stage === 'sender' ? withoutBrackets(event.subject) : undefined;
  });
}

function recipientOf(event: JourneyEvent): string[] {
  if (event.kind === 'routed' || event.kind === 'planned') return [event.recipient];
  return event.kind === 'judged' && event.stage === 'recipient' ? [withoutBrackets(event.subject)] : [];
}

function clientOf(event: JourneyEvent): string | undefined {
  if (event.kind === 'judged' && event.stage === 'connection') return event.subject;
  return 'clientAddress' in event ? event.clientAddress : undefined;
}

function loginOf(event: JourneyEvent): string | undefined {
  if (event.kind === 'authenticated') return event.account;
  return event.kind === 'authentication-failed' ? event.login : undefined;
}

function firstSaid<T>(events: readonly JourneyEvent[], find: (event: JourneyEvent) => T | undefined): T | undefined {
  for (const event of events) {
    const found = find(event);
    if (found !== undefined) return found;
  }
  return undefined;
}
