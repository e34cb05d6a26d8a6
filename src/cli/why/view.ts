// How stories look to a person: one as a tree, many as a table of the newest, none as a sentence.

import { drawStory } from '#mail/journey/drawn-story.ts';
import { type FindSetting, LANGUAGES, type Tone, tellStory } from '#mail/journey/story.ts';
import type { StorySearch } from '#mail/journey/story-search.ts';
import { type StorySummary, summarize } from '#mail/journey/story-summary.ts';
import type { FoundStories, RecordedStory } from '#mail/ports/journey-log.ts';
import type { CommandContext } from '../command-context.ts';
import type { Colour } from '../output/colour.ts';
import { formatMoment } from '../output/moment.ts';
import { displayWidth, formatTable, harmless } from '../output/table.ts';

const COLOURS: Readonly<Record<Exclude<Tone, 'plain'> | 'heading' | 'branch', Colour>> = {
  good: 'green',
  bad: 'red',
  later: 'yellow',
  heading: 'bold',
  branch: 'dim',
};

export function formatFound(
  context: CommandContext,
  search: StorySearch,
  found: FoundStories,
  findSetting: FindSetting,
): string {
  const summaries = found.stories.flatMap((story) => summarize(story) ?? []);
  const last = summaries.at(-1);
  const headline = isBySubject(search) && last !== undefined ? formatRefusals(context, summaries, last) : [];
  const [only] = found.stories;
  if (found.stories.length > 1 || only === undefined) {
    return [...headline, formatMany(context, summaries, found.hasMore)].join('\n\n');
  }
  const related = found.related.map((story) => formatRelated(context, only, story));
  return [...headline, formatStory(context, only, findSetting), ...related].join('\n\n');
}

export function formatNothing(
  context: CommandContext,
  search: StorySearch,
  { earlier, oldestMs }: FoundStories,
  findSetting: FindSetting,
): string {
  const { say } = context;
  const nothing = formatConditions(context, search);
  const summary = earlier && summarize(earlier);
  if (earlier !== undefined && summary !== undefined) {
    const when = formatMoment(context, summary.beganMs);
    const last = say('why.earlier', { when, outcome: formatOutcome(context, summary) });
    return [`${nothing}\n${last}`, formatStory(context, earlier, findSetting)].join('\n\n');
  }
  if (oldestMs === undefined) return `${nothing}\n${say('why.nothing-kept')}`;
  return `${nothing}\n${say('why.oldest', { when: formatMoment(context, oldestMs) })}\n${say('why.hint')}`;
}

function formatStory({ language, paint, output }: CommandContext, story: RecordedStory, findSetting: FindSetting) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const told = tellStory(story, language, findSetting);
  return drawStory(told, language, {
    timeZone,
    ...(output.isTTY && output.columns !== undefined && { width: output.columns }),
    // Texts of strangers stand in it: they are made harmless before colours are put around them.
    paint: (as, text) => (as === 'plain' ? harmless(text) : paint(COLOURS[as], harmless(text))),
  }).join('\n');
}

/** Where nothing of it was let in, that is what whoever asks wants to know first. */
function formatRefusals(context: CommandContext, summaries: readonly StorySummary[], last: StorySummary): string[] {
  if (!summaries.every(({ end }) => NOT_ACCEPTED.has(end.kind))) return [];
  const when = formatMoment(context, last.beganMs);
  return [context.say('why.none-accepted', { when, outcome: formatOutcome(context, last) })];
}

const NOT_ACCEPTED: ReadonlySet<StorySummary['end']['kind']> = new Set([
  'refused',
  'deferred',
  'login-failed',
  'abandoned',
]);

function formatMany(context: CommandContext, summaries: readonly StorySummary[], hasMore: boolean): string {
  const { say, output } = context;
  const columns = [
    { title: say('why.field.when') },
    { title: say('why.field.id') },
    { title: say('why.field.from') },
    { title: say('why.field.to') },
    { title: say('why.field.outcome') },
  ];
  const rows = summaries.map((summary) => [
    formatMoment(context, summary.beganMs),
    summary.key,
    formatSender(summary),
    formatRecipients(summary),
    formatOutcome(context, summary),
  ]);
  const table = formatTable(columns, rows);
  const isTooWide = output.isTTY && table.split('\n').some((line) => displayWidth(line) > output.columns);
  const hints = [say('why.one-of-them', { id: summaries.at(-1)?.key ?? '' }), ...(hasMore ? [say('why.more')] : [])];
  return `${isTooWide ? formatStacked(rows) : table}\n${hints.join('\n')}`;
}

/** For a narrow terminal: a few short lines each. */
function formatStacked(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) => row.map(harmless))
    .map(([when, id, from, to, outcome]) => `${when}  ${id}\n  ${from} → ${to}\n  ${outcome}\n`)
    .join('');
}

function formatSender({ sender, login, client }: StorySummary): string {
  return (sender === '' ? '<>' : sender) ?? login ?? client ?? '';
}

function formatRecipients({ recipients: [first = '', ...others] }: StorySummary): string {
  return others.length === 0 ? first : `${first} +${others.length}`;
}

function formatOutcome({ language, say }: CommandContext, { end }: StorySummary): string {
  const outcome = LANGUAGES[language].outcomes[end.kind];
  return 'decision' in end ? say('why.by-rule', { outcome, rule: end.decision.rule }) : outcome;
}

/** A notice and what it is about, whichever of them was asked for. */
function formatRelated(context: CommandContext, told: RecordedStory, story: RecordedStory): string {
  const { say, language } = context;
  const summary = summarize(story);
  if (summary === undefined) return '';
  const key = told.at(-1)?.key;
  const isOrigin = story.some(({ event }) => 'queueId' in event && event.queueId === key);
  const values = { id: summary.key, from: formatSender(summary), to: formatRecipients(summary) };
  const ending = LANGUAGES[language].ending(summary.end).replace(/\.$/, '');
  return harmless(say(isOrigin ? 'why.notice-about' : 'why.notice', { ...values, ending }));
}

/** Not by an id: there might have been any number. */
function isBySubject({ about, from, to, client }: StorySearch): boolean {
  return about?.includes('@') === true || from !== undefined || to !== undefined || client !== undefined;
}

function formatConditions(context: CommandContext, search: StorySearch): string {
  const { say } = context;
  const { about, from, to, client, sinceMs, untilMs } = search;
  const conditions = [
    ...(from === undefined ? [] : [say('why.condition.from', { from })]),
    ...(to === undefined ? [] : [say('why.condition.to', { to })]),
    ...(client === undefined ? [] : [say('why.condition.client', { client })]),
  ].join('');
  const time = [
    ...(sinceMs === undefined ? [] : [say('why.condition.since', { when: formatMoment(context, sinceMs) })]),
    ...(untilMs === undefined ? [] : [say('why.condition.until', { when: formatMoment(context, untilMs) })]),
  ].join('');
  return about === undefined
    ? say('why.never.came', { conditions, time })
    : say('why.never.about', { about, conditions, time });
}
