// What a language must be able to say: one sentence for each kind of event, why each rule decides as it does, and what
// would have changed it. `phrases-english.ts` and `phrases-spanish.ts` are such tables.

import type { ServiceProfile } from '#mail/acceptance/envelope.ts';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import type { TransportSecurity } from '#mail/ports/transport.ts';
import type { KnownFact } from '#mail/restrictions/fact.ts';
import type { JourneyEvent } from './event.ts';
import type { StoryEnd } from './story-end.ts';

export type EventOf<K extends JourneyEvent['kind']> = Extract<JourneyEvent, { kind: K }>;

/** One sentence; `undefined` where there is nothing that a person would want to read. */
export type EventPhrases = {
  readonly [K in JourneyEvent['kind']]: (event: EventOf<K>) => string | undefined;
};

export interface RuleExplanation {
  /** Why the rule exists, and what it saw. */
  readonly why: string;
  /** What would have changed the answer; absent where the answer was yes. */
  readonly otherwise?: string;
}

export interface StoryPhrases {
  /** For dates. */
  readonly locale: string;
  readonly events: EventPhrases;
  readonly doors: Readonly<Record<ServiceProfile, string>>;
  /** By the name of the rule. */
  readonly rules: Readonly<Record<string, RuleExplanation>>;
  /** By the first word of a routing step. */
  readonly steps: Readonly<Record<string, string>>;
  /** What was found out of the sender, a line each. */
  readonly findings: (findings: AuthenticationFindings) => readonly string[];
  /** How safe a delivery was, and by whose word, a line each. */
  readonly security: (security: TransportSecurity) => readonly string[];
  /** What a restriction asked, and the answer. */
  readonly check: (known: KnownFact) => string;
  readonly unknownRule: string;
  /** By the name of a fact that a judgement rests on. */
  readonly factNames: Readonly<Record<string, string>>;
  /** By a word that a fact may have as its value. */
  readonly factWords: Readonly<Record<string, string>>;
  readonly settingPlace: (place: { readonly file: string; readonly line: number }) => string;
  /** Of a setting that stands in no file. */
  readonly isDefault: string;
  readonly labels: Readonly<
    Record<'rule' | 'why' | 'facts' | 'checks' | 'setting' | 'otherwise' | 'way' | 'end', string>
  >;
  /** The last sentence, without its label. */
  readonly ending: (end: StoryEnd) => string;
  /** The same in a word or two, for a table. */
  readonly outcomes: Readonly<Record<StoryEnd['kind'], string>>;
}

export function formatBytes(sizeBytes: number, locale: string): string {
  const format = (value: number, unit: string) =>
    `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
  if (sizeBytes >= 1_048_576) return format(sizeBytes / 1_048_576, 'MiB');
  return sizeBytes >= 1_024 ? format(sizeBytes / 1_024, 'KiB') : format(sizeBytes, 'bytes');
}

/** ` (mx.example.org[192.0.2.1]:25)`, unless the reason names the server anyway. */
export function formatRelay(relay: string, reason: string): string {
  const server = relay.slice(0, relay.lastIndexOf(']') + 1);
  return relay === 'none' || (server !== '' && reason.includes(server)) ? '' : ` (${relay})`;
}

/** `5 minutes`. */
export function formatMinutes(ms: number, locale: string): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(minutes);
}

export function joinSentence(parts: readonly string[]): string {
  return `${parts.join(', ')}.`;
}
