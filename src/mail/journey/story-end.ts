// How a story ended, as data: what became of the message, or of the attempt to bring one.

import type { JourneyEvent } from './event.ts';

type Judged = Extract<JourneyEvent, { kind: 'judged' }>;

export type StoryEnd =
  /** In these mailboxes, with these servers; one of the lists has something. */
  | { readonly kind: 'arrived'; readonly mailboxes: readonly string[]; readonly relays: readonly string[] }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly somebodyHasIt: boolean; readonly senderWasTold: boolean }
  /** Out of the queue, by an administrator. */
  | { readonly kind: 'deleted'; readonly somebodyHasIt: boolean }
  /** Accepted, and thrown away. */
  | { readonly kind: 'discarded' }
  /** `decision` is the last of its kind. */
  | { readonly kind: 'refused' | 'deferred'; readonly decision: Judged }
  | { readonly kind: 'login-failed'; readonly reason: string }
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'unfinished' };

export function isRefusal(event: JourneyEvent): boolean {
  return event.kind === 'authentication-failed' || (event.kind === 'judged' && event.outcome !== 'permit');
}

/** `told` are the events of one story, in the order of time. */
export function findEnd(told: readonly JourneyEvent[]): StoryEnd {
  const last = told.findLast((event) => event.kind === 'judged');
  if (last?.outcome === 'defer') return { kind: 'deferred', decision: last };
  if (told.some(({ kind }) => PROMISED.has(kind))) return endOfPromised(told);
  if (told.some(({ kind }) => kind === 'discarded')) return { kind: 'discarded' };
  if (last?.outcome === 'reject') return { kind: 'refused', decision: last };
  const login = told.findLast((event) => event.kind === 'authentication-failed');
  if (login !== undefined && last === undefined) return { kind: 'login-failed', reason: login.reason };
  const hasBegun = told.some(({ kind }) => kind === 'joined' || kind === 'posted');
  return { kind: !hasBegun || told.some(({ kind }) => kind === 'abandoned') ? 'abandoned' : 'unfinished' };
}

/** The last word about each recipient that left by the queue, and where the others' copies lie. */
function endOfPromised(told: readonly JourneyEvent[]): StoryEnd {
  const last = new Map<string, JourneyEvent>();
  for (const event of told) if (LEAVING.has(event.kind) && 'recipient' in event) last.set(event.recipient, event);
  const ends = [...last.values()];
  const mailboxes = eachOnce(
    told.map((event) => (event.kind === 'filed' ? `${event.mailbox} (${event.account})` : '')),
  );
  const relays = eachOnce(
    ends.map((event) => {
      if (event.kind === 'relayed') return event.relay;
      return event.kind === 'delivered' ? event.destination : '';
    }),
  );
  const somebodyHasIt = mailboxes.length + relays.length > 0;
  // An alias may lead one recipient to several places: each is planned for, and each has an end of its own.
  const planned = told.filter((event) => event.kind === 'planned' && event.action === 'queue');
  const isOver = told.filter(({ kind }) => FINAL.has(kind)).length >= planned.length;
  if (!isOver || ends.some(({ kind }) => kind === 'deferred')) {
    const isDeleted = told.some(({ kind }) => kind === 'deleted');
    return isDeleted ? { kind: 'deleted', somebodyHasIt } : { kind: 'waiting' };
  }
  if (ends.some(({ kind }) => kind === 'bounced' || kind === 'expired')) {
    const senderWasTold = told.some((event) => event.kind === 'notified' && event.about === 'failed');
    return { kind: 'failed', somebodyHasIt, senderWasTold };
  }
  return somebodyHasIt ? { kind: 'arrived', mailboxes, relays } : { kind: 'waiting' };
}

function eachOnce(places: readonly string[]): string[] {
  return [...new Set(places)].filter((place) => place !== '');
}

/** Nothing follows for that recipient in that place. */
const FINAL: ReadonlySet<JourneyEvent['kind']> = new Set(['relayed', 'delivered', 'bounced', 'expired']);
const LEAVING: ReadonlySet<JourneyEvent['kind']> = new Set([...FINAL, 'deferred']);
/** A crash may have kept us from writing down that it was safe. */
const PROMISED: ReadonlySet<JourneyEvent['kind']> = new Set(['committed', 'filed', ...LEAVING]);
