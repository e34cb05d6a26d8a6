// The story of a message as a teacher would tell it to a class: what happened when, and below each decision its rule, why that
// exists, what it rests on, where it is configured, and what would have changed it. It only retells what was recorded, as a
// tree; `drawn-story.ts` puts it on lines.

import type { JourneyEvent, RecordedEvent } from './event.ts';
import type { StoryPhrases } from './phrases.ts';
import { ENGLISH } from './phrases-english.ts';
import { SPANISH } from './phrases-spanish.ts';
import { RULE_GROUNDS } from './rule-grounds.ts';
import { findEnd, type StoryEnd } from './story-end.ts';

export type StoryLanguage = 'en' | 'es';

/** How it went, for colours. */
export type Tone = 'plain' | 'good' | 'bad' | 'later';

export interface Story {
  readonly steps: readonly StoryStep[];
  readonly end: { readonly label: string; readonly text: string; readonly tone: Tone };
}

export interface StoryStep {
  readonly atMs: number;
  readonly text: string;
  readonly tone: Tone;
  readonly details: readonly StoryDetail[];
}

export interface StoryDetail {
  /** `Rule`, `Why`; none where the text says it all. */
  readonly label?: string;
  readonly text: string;
  readonly details?: readonly StoryDetail[];
}

/** A setting as it is now. */
export interface SettingInForce {
  /** As `valija.toml` would say it. */
  readonly value: string;
  /** Where it stands; `undefined`: nowhere, it is the default. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
}

/** `undefined`: there is no setting of that name. `element`: which entry of a list is meant. */
export type FindSetting = (name: string, element?: string) => SettingInForce | undefined;

export const LANGUAGES: Readonly<Record<StoryLanguage, StoryPhrases>> = { en: ENGLISH, es: SPANISH };

/** `events` are those of one message, in the order of time. */
export function tellStory(
  events: readonly RecordedEvent[],
  language: StoryLanguage,
  findSetting: FindSetting = () => undefined,
): Story {
  const phrases = LANGUAGES[language];
  const checks = assignChecks(events.map(({ event }) => event));
  const steps = events.flatMap(({ atMs, event }) => {
    const text = checks.assigned.has(event) ? undefined : sayEvent(phrases, event);
    if (text === undefined) return [];
    const details = detailsOf(phrases, event, { findSetting, checks: checks.byJudgement.get(event) ?? [] });
    return [{ atMs, text, tone: toneOf(event), details }];
  });
  const end = findEnd(events.map(({ event }) => event));
  return { steps, end: { label: phrases.labels.end, text: phrases.ending(end), tone: toneOfEnd(end) } };
}

/** The table has a sentence for each kind; the type system cannot see that key and argument belong together. */
function sayEvent(phrases: StoryPhrases, event: JourneyEvent): string | undefined {
  const say = phrases.events[event.kind] as (event: JourneyEvent) => string | undefined;
  return say(event);
}

type Judged = Extract<JourneyEvent, { kind: 'judged' }>;
type Checked = Extract<JourneyEvent, { kind: 'checked' }>;

interface CheckAssignment {
  readonly byJudgement: ReadonlyMap<JourneyEvent, readonly Checked[]>;
  readonly assigned: ReadonlySet<JourneyEvent>;
}

/** What was asked belongs to the judgement that follows it. Where permission says nothing, it is told by itself. */
function assignChecks(events: readonly JourneyEvent[]): CheckAssignment {
  const byJudgement = new Map<JourneyEvent, readonly Checked[]>();
  const assigned = new Set<JourneyEvent>();
  let waiting: Checked[] = [];
  for (const event of events) {
    if (event.kind === 'checked') waiting.push(event);
    if (event.kind !== 'judged') continue;
    const own = waiting.filter(({ stage, subject }) => stage === event.stage && event.subject.includes(subject));
    for (const check of own) assigned.add(check);
    byJudgement.set(event, own);
    waiting = waiting.filter((check) => !assigned.has(check));
  }
  return { byJudgement, assigned };
}

interface JudgementGrounds {
  readonly findSetting: FindSetting;
  readonly checks: readonly Checked[];
}

function detailsOf(phrases: StoryPhrases, event: JourneyEvent, grounds: JudgementGrounds): StoryDetail[] {
  switch (event.kind) {
    case 'routed':
      return event.steps.map((step) => ({ label: phrases.labels.way, text: sayStep(phrases, step) }));
    case 'sender-checked':
      return phrases.findings(event.findings).map((text) => ({ text }));
    case 'judged':
      return detailsOfJudgement(phrases, event, grounds);
    case 'relayed':
    case 'deferred':
    case 'bounced':
      return event.security === undefined ? [] : phrases.security(event.security).map((text) => ({ text }));
    default:
      return [];
  }
}

function detailsOfJudgement(
  phrases: StoryPhrases,
  { rule, outcome, facts, origin }: Judged,
  { findSetting, checks }: JudgementGrounds,
): StoryDetail[] {
  const { labels } = phrases;
  const { why, otherwise } = phrases.rules[rule] ?? { why: phrases.unknownRule };
  const { settings = [], references = [] } = RULE_GROUNDS[rule] ?? {};
  const known = Object.entries(facts).map(([name, value]) => sayFact(phrases, name, String(value)));
  return [
    { label: labels.rule, text: [rule, ...references].join(', ') },
    { label: labels.why, text: why },
    ...(known.length === 0 ? [] : [{ label: labels.facts, text: known.join('; ') }]),
    ...(checks.length === 0
      ? []
      : [{ label: labels.checks, text: '', details: checks.map((check) => ({ text: phrases.check(check) })) }]),
    ...(origin === undefined ? [] : [sayOrigin(phrases, origin, findSetting)]),
    ...settings.flatMap((name) => {
      const setting = findSetting(name);
      // What was let in is explained by what somebody has set, not by all that nobody has.
      return outcome === 'permit' && setting?.place === undefined ? [] : saySetting(phrases, name, setting);
    }),
    ...(otherwise === undefined ? [] : [{ label: labels.otherwise, text: otherwise }]),
  ];
}

/** A value may be a stranger's text. */
function sayFact({ factNames, factWords }: StoryPhrases, name: string, value: string): string {
  return `${factNames[name] ?? name}: ${Object.hasOwn(factWords, value) ? factWords[value] : value}`;
}

/** Which entry of which list decided. */
function sayOrigin(
  phrases: StoryPhrases,
  { list, element }: NonNullable<Judged['origin']>,
  findSetting: FindSetting,
): StoryDetail {
  const setting = findSetting(list, element);
  const place = setting === undefined ? '' : ` (${sayPlace(phrases, setting)})`;
  return { label: phrases.labels.setting, text: `${list}: ${element}${place}` };
}

function saySetting(phrases: StoryPhrases, name: string, setting: SettingInForce | undefined): StoryDetail[] {
  if (setting === undefined) return [];
  return [{ label: phrases.labels.setting, text: `${name} = ${setting.value} (${sayPlace(phrases, setting)})` }];
}

function sayPlace(phrases: StoryPhrases, { place }: SettingInForce): string {
  return place === undefined ? phrases.isDefault : phrases.settingPlace(place);
}

/** `alias sales@valija.test → …` becomes `sales@valija.test → … (an alias)`. */
function sayStep(phrases: StoryPhrases, step: string): string {
  const space = step.indexOf(' ');
  const word = step.slice(0, space);
  return `${step.slice(space + 1)} (${phrases.steps[word] ?? word})`;
}

function toneOf(event: JourneyEvent): Tone {
  if (event.kind === 'judged') return TONES[event.outcome];
  return TONE_OF_KIND[event.kind] ?? 'plain';
}

const TONES = { permit: 'good', reject: 'bad', defer: 'later' } as const;

const TONE_OF_KIND: Readonly<Partial<Record<JourneyEvent['kind'], Tone>>> = {
  committed: 'good',
  filed: 'good',
  relayed: 'good',
  delivered: 'good',
  deferred: 'later',
  'delayed-warning': 'later',
  held: 'later',
  'authentication-failed': 'bad',
  deleted: 'bad',
  bounced: 'bad',
  expired: 'bad',
};

function toneOfEnd({ kind }: StoryEnd): Tone {
  return END_TONES[kind];
}

const END_TONES: Readonly<Record<StoryEnd['kind'], Tone>> = {
  arrived: 'good',
  waiting: 'later',
  failed: 'bad',
  deleted: 'bad',
  discarded: 'plain',
  refused: 'bad',
  deferred: 'later',
  'login-failed': 'bad',
  abandoned: 'plain',
  unfinished: 'plain',
};
