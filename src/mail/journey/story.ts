// The story of a message in plain words, as a teacher would tell it to a class: what happened when, which rule decided,
// why it exists, and what would have changed it. It only retells what was recorded.

import type { JourneyEvent, RecordedEvent } from './event.ts';
import type { StoryPhrases } from './phrases.ts';
import { ENGLISH } from './phrases-english.ts';
import { SPANISH } from './phrases-spanish.ts';

export type StoryLanguage = 'en' | 'es';

export interface StoryOptions {
  /** `Europe/Madrid`; UTC where nothing is said. */
  readonly timeZone?: string;
}

const LANGUAGES: Readonly<Record<StoryLanguage, StoryPhrases>> = { en: ENGLISH, es: SPANISH };

/** `events` are those of one message, in the order of time. */
export function tellStory(
  events: readonly RecordedEvent[],
  language: StoryLanguage,
  options: StoryOptions = {},
): string[] {
  const phrases = LANGUAGES[language];
  const [first] = events;
  if (first === undefined) return [];
  const timeZone = options.timeZone ?? 'UTC';
  const day = new Intl.DateTimeFormat(phrases.locale, { dateStyle: 'full', timeZone });
  const time = new Intl.DateTimeFormat(phrases.locale, { timeStyle: 'medium', timeZone });
  let today = day.format(first.atMs);
  const lines = [`${today} (${timeZone})`];
  for (const { atMs, event } of events) {
    const sentence = sayEvent(phrases, event);
    if (sentence === undefined) continue;
    const date = day.format(atMs);
    // Mail that waits may do so for days.
    if (date !== today) lines.push(date);
    today = date;
    lines.push(`${time.format(atMs)}  ${sentence}`, ...details(phrases, event).map((line) => `${INDENT}${line}`));
  }
  return [...lines, `${phrases.labels.end}: ${ending(phrases, events)}`];
}

/** Below the sentence, behind the time. */
const INDENT = ' '.repeat('10:00:00  '.length);

/** The table has a sentence for each kind; the type system cannot see that key and argument belong together. */
function sayEvent(phrases: StoryPhrases, event: JourneyEvent): string | undefined {
  const say = phrases.events[event.kind] as (event: JourneyEvent) => string | undefined;
  return say(event);
}

function details(phrases: StoryPhrases, event: JourneyEvent): string[] {
  if (event.kind === 'routed') return event.steps.map((step) => `${phrases.labels.way}: ${sayStep(phrases, step)}`);
  if (event.kind === 'sender-checked') return [...phrases.findings(event.findings)];
  if (event.kind !== 'judged') return [];
  const { labels } = phrases;
  const explanation = phrases.rules[event.rule] ?? { why: phrases.unknownRule };
  return [
    `${labels.rule}: ${event.rule}`,
    `${labels.why}: ${explanation.why}`,
    ...(explanation.otherwise === undefined ? [] : [`${labels.otherwise}: ${explanation.otherwise}`]),
  ];
}

/** `alias sales@valija.test → …` becomes `sales@valija.test → … (an alias)`. */
function sayStep(phrases: StoryPhrases, step: string): string {
  const space = step.indexOf(' ');
  const word = step.slice(0, space);
  return `${step.slice(space + 1)} (${phrases.steps[word] ?? word})`;
}

function ending({ endings }: StoryPhrases, events: readonly RecordedEvent[]): string {
  const told = events.map(({ event }) => event);
  const last = told.findLast((event) => event.kind === 'judged');
  if (last?.kind === 'judged' && last.outcome === 'defer') return endings.deferred;
  if (told.some(({ kind }) => PROMISED.has(kind))) return endingOfPromised(endings, told);
  if (last?.kind === 'judged' && last.outcome === 'reject') return endings.refused;
  return told.some((event) => event.kind === 'abandoned') ? endings.abandoned : endings.unfinished;
}

/** The last word about each recipient that left by the queue, and where the others' copies lie. */
function endingOfPromised(endings: StoryPhrases['endings'], told: readonly JourneyEvent[]): string {
  const last = new Map<string, JourneyEvent>();
  for (const event of told) if (LEAVING.has(event.kind) && 'recipient' in event) last.set(event.recipient, event);
  const ends = [...last.values()];
  const mailboxes = placesOf(told, (event) => (event.kind === 'filed' ? `${event.mailbox} (${event.account})` : ''));
  const relays = placesOf(ends, (event) => {
    if (event.kind === 'relayed') return event.relay;
    return event.kind === 'delivered' ? event.destination : '';
  });
  const planned = told.flatMap((event) =>
    event.kind === 'planned' && event.action === 'queue' ? event.recipient : [],
  );
  // An alias may lead one recipient to several ends.
  if (ends.length < new Set(planned).size || ends.some(({ kind }) => kind === 'deferred')) return endings.waiting;
  if (ends.some(({ kind }) => kind === 'bounced' || kind === 'expired')) {
    const isTold = told.some((event) => event.kind === 'notified' && event.about === 'failed');
    const isAnywhere = mailboxes !== '' || relays !== '';
    return endings.failed(isAnywhere ? 'somebody has it' : 'nobody has it', isTold ? 'told' : 'not told');
  }
  if (relays === '') return mailboxes === '' ? endings.waiting : endings.delivered(mailboxes);
  return mailboxes === '' ? endings.relayed(relays) : endings.deliveredAndRelayed(mailboxes, relays);
}

/** Each once; `` is none. */
function placesOf(events: readonly JourneyEvent[], placeOf: (event: JourneyEvent) => string): string {
  return [...new Set(events.map(placeOf))].filter((place) => place !== '').join(', ');
}

const LEAVING: ReadonlySet<JourneyEvent['kind']> = new Set(['relayed', 'delivered', 'deferred', 'bounced', 'expired']);
/** A crash may have kept us from writing down that it was safe. */
const PROMISED: ReadonlySet<JourneyEvent['kind']> = new Set(['committed', 'filed', ...LEAVING]);
