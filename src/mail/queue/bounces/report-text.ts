// The part of a notification that people read: what happened to whom, who can mend it, how; in each language, and then
// once the exact words. Recipients with the same story are told of together.

import { type Explanation, explainReply, type SeenReplies } from './explain-reply.ts';
import type { BounceLanguage, ReportedOutcome, ReportInput } from './report-input.ts';
import { REPORT_WORDS, type ReportWords } from './report-words.ts';
import { wrapText } from './wrap-text.ts';

/** The machine's part lists all of them. */
const MOST_RECIPIENTS_TOLD = 50;
const LONGEST_EXACT_WORDS = 1_000;
const RULE = '-'.repeat(72);

/** Recipients with the same explanation. */
interface Story {
  readonly explanation: Explanation;
  readonly domain: string;
  readonly outcomes: ReportedOutcome[];
}

/** CRLF line ends. `subject` is the message's own, as people read it. */
export function formatReportText(
  input: ReportInput,
  outcomes: readonly ReportedOutcome[],
  subject: string | undefined,
  seen: SeenReplies,
): string {
  const told = outcomes.slice(0, MOST_RECIPIENTS_TOLD);
  const { bounceLanguages } = input.settings;
  const sections = bounceLanguages.flatMap((language, i) => [
    ...(i > 0 ? ['', RULE] : []),
    ...(bounceLanguages.length > 1 ? [REPORT_WORDS[language].title, ''] : []),
    ...section(input, told, { untold: outcomes.length - told.length, subject, language, seen }),
  ]);
  return [...sections, ...exactWords(told, bounceLanguages), ''].map(visible).join('\r\n');
}

interface SectionFacts {
  /** Recipients that are only counted. */
  readonly untold: number;
  readonly subject: string | undefined;
  readonly language: BounceLanguage;
  readonly seen: SeenReplies;
}

function section(input: ReportInput, told: readonly ReportedOutcome[], facts: SectionFacts): string[] {
  const { kind, message, settings } = input;
  const { untold, subject, language } = facts;
  const words = REPORT_WORDS[language];
  const postmaster = `postmaster@${settings.myhostname}`;
  const isTrouble = kind === 'failed' || kind === 'delayed';
  return [
    ...wrapText(words.introduction(kind, settings.myhostname)),
    '',
    ...(subject === undefined ? [] : wrapText(subject, `  ${words.subject}: `)),
    `  ${words.sent}: ${formatDay(message.arrivedMs, language)}`,
    ...(isTrouble
      ? tellStories(told, facts, postmaster)
      : ['', ...told.map((outcome) => `  <${outcome.recipient.address}>`)]),
    ...(untold > 0 ? ['', words.more(untold)] : []),
    ...(isTrouble ? ['', ...wrapText(words.help(postmaster))] : []),
  ];
}

function tellStories(told: readonly ReportedOutcome[], facts: SectionFacts, postmaster: string): string[] {
  const { language } = facts;
  const words = REPORT_WORDS[language];
  return gatherStories(told, facts).flatMap(({ explanation, domain, outcomes }) => {
    const { what, how, mender } = explanation;
    const whatElse = history(outcomes, words, language);
    return [
      '',
      ...outcomes.map(({ recipient }) => `  ${words.recipients}: <${recipient.address}>`),
      ...wrapText([what, ...whatElse].join(' '), `  ${words.whatHappened}: `),
      ...wrapText(words.mender(mender, domain, postmaster), `  ${words.whoCanMend}: `),
      ...wrapText(how, `  ${words.how}: `),
    ];
  });
}

function gatherStories(outcomes: readonly ReportedOutcome[], { language, seen }: SectionFacts): Story[] {
  const stories = new Map<string, Story>();
  for (const outcome of outcomes) {
    const explanation = explainOutcome(outcome, language, seen);
    const domain = domainOf(outcome.recipient.address);
    const key = `${explanation.name} ${explanation.mender === 'their-administrator' ? domain : ''}`;
    const story = stories.get(key);
    if (story === undefined) stories.set(key, { explanation, domain, outcomes: [outcome] });
    else story.outcomes.push(outcome);
  }
  return [...stories.values()];
}

/** What happens on this machine is for its own administrator. */
export function explainOutcome(
  { recipient, text, status }: ReportedOutcome,
  language: BounceLanguage,
  seen: SeenReplies,
): Explanation {
  const explanation = explainReply(text, status, language, seen);
  const { transport } = recipient.nextHop;
  const isRemote = transport === 'smtp' || transport === 'lmtp';
  if (isRemote || explanation.mender !== 'their-administrator') return explanation;
  return { ...explanation, mender: 'our-administrator' };
}

/** How long it was tried, and will be; of the first recipient, for the others waited with it. */
function history(outcomes: readonly ReportedOutcome[], words: ReportWords, language: BounceLanguage): string[] {
  const [first] = outcomes;
  if (first === undefined) return [];
  const { attempts, firstAttemptMs, lastAttemptMs, willRetryUntilMs } = first;
  const day = (ms: number) => formatDay(ms, language);
  return [
    ...(attempts > 1 ? [words.tried(attempts, day(firstAttemptMs), day(lastAttemptMs))] : []),
    ...(willRetryUntilMs === undefined ? [] : [words.willRetryUntil(day(willRetryUntilMs))]),
  ];
}

function exactWords(told: readonly ReportedOutcome[], languages: readonly BounceLanguage[]): string[] {
  const title = languages.map((language) => REPORT_WORDS[language].exactWords).join(' / ');
  const quotes = told.flatMap(({ recipient, text }) => [
    '',
    ...wrapText(`<${recipient.address}>: ${text.slice(0, LONGEST_EXACT_WORDS)}`),
  ]);
  return ['', RULE, `${title}:`, ...quotes];
}

function formatDay(ms: number, language: BounceLanguage): string {
  const locale = language === 'en' ? 'en-GB' : 'es-ES';
  const date = new Date(ms).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${date} UTC`;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** A line stays a line, whatever somebody's server put into it. */
function visible(line: string): string {
  return line.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?').toWellFormed();
}
