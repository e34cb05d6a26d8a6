// A simulation as a picture: the way of the message from top to bottom, one card a command, what was found out and decided on
// it, and at the end where its copies would go. For light and dark backgrounds; a page shows it as it is.

import type { JourneyEvent } from '#mail/journey/event.ts';
import type { PlannedEnd, RuleCheck, SimulatedReply, SimulationOutcome, SimulationStep } from './outcome.ts';
import { PICTURE_WORDS, type PictureLanguage, type PictureWords } from './picture-words.ts';
import { element, escapeText, wrapText } from './svg.ts';

const WIDTH = 900;
const LINE_X = 34;
const CARD_X = 64;
const CARD_WIDTH = WIDTH - CARD_X - 24;
const PADDING = 12;
const GAP = 14;
const TITLE_HEIGHT = 20;
const ROW_HEIGHT = 17;
/** Of the fixed font at its size; a card's text fits into it whatever the machine's font is. */
const COLUMNS = 100;
const MOST_LINES = 4;
/** Recipients and ends beyond these are counted, not drawn. */
const MOST_CARDS = 40;

type Tone = 'plain' | 'good' | 'bad' | 'later';

interface Row {
  readonly text: string;
  readonly tone: Tone | 'quiet';
}

interface Card {
  readonly title: string;
  readonly tone: Tone;
  readonly rows: readonly Row[];
}

export function drawSimulation(outcome: SimulationOutcome, language: PictureLanguage): string {
  const words = PICTURE_WORDS[language];
  const cards = [
    ...atMost(
      outcome.steps.map((step) => stepCard(step, words)),
      words,
    ),
    verdictCard(outcome, words),
    ...(outcome.plan.length === 0 ? [] : [planCard(outcome.plan, words)]),
  ];
  const drawn: string[] = [];
  let y = 70;
  for (const card of cards) {
    const height = heightOf(card);
    drawn.push(drawCard(card, y, height));
    y += height + GAP;
  }
  const line = element('line', { class: 'line', x1: LINE_X, y1: 76, x2: LINE_X, y2: y - GAP - 8 });
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: WIDTH,
      height: y + 10,
      viewBox: `0 0 ${WIDTH} ${y + 10}`,
      lang: language,
    },
    element('title', {}, escapeText(words.title)),
    `<style>${STYLE}</style>`,
    element('rect', { class: 'page', width: WIDTH, height: y + 10 }),
    element('text', { class: 'heading', x: LINE_X - 10, y: 30 }, escapeText(words.title)),
    element('text', { class: 'quiet', x: LINE_X - 10, y: 52 }, escapeText(subtitleOf(outcome))),
    line,
    ...drawn,
    '\n',
  );
}

function subtitleOf({ question: { clientAddress, sender, recipients }, hostname }: SimulationOutcome): string {
  const [first = '', ...others] = recipients;
  const to = others.length === 0 ? `<${first}>` : `<${first}> + ${others.length}`;
  const [line = ''] = wrapText(`${clientAddress} → ${hostname} · <${sender}> → ${to}`, COLUMNS, 1);
  return line;
}

function atMost(cards: readonly Card[], words: PictureWords): readonly Card[] {
  if (cards.length <= MOST_CARDS) return cards;
  const left: Card = { title: words.more(cards.length - MOST_CARDS), tone: 'plain', rows: [] };
  // The end of the conversation says how it came out.
  return [...cards.slice(0, MOST_CARDS - 2), left, ...cards.slice(-2)];
}

function stepCard({ command, replies, events, checks, complaints }: SimulationStep, words: PictureWords): Card {
  const last = replies.at(-1);
  const title = command === '' ? words.connects : command === '.' ? words.message : command;
  const asked = checks
    .map(({ rule, outcome, element }) => `${CHECK_MARKS[outcome]}\u00a0${element ?? rule}`)
    .join('  ');
  const tone = last === undefined ? 'plain' : toneOf(last.code);
  return {
    title,
    tone,
    rows: [
      ...events.flatMap((event) => eventRows(event, words)),
      ...(asked === '' ? [] : [{ text: `${words.asked}: ${asked}`, tone: 'quiet' } as const]),
      ...complaints.map((text) => ({ text, tone: 'later' }) as const),
      ...replyTexts(last).map((text) => ({ text, tone })),
    ],
  };
}

/** What is said of a greeting stands in many short lines; a refusal explains itself in a few long ones. */
function replyTexts(reply: SimulatedReply | undefined): readonly string[] {
  if (reply === undefined) return [];
  const { code, enhanced, lines } = reply;
  const head = enhanced === undefined ? String(code) : `${code} ${enhanced}`;
  return code < 400 ? [`${head} ${lines.join(', ')}`] : lines.map((line) => `${head} ${line}`);
}

const CHECK_MARKS: Readonly<Record<RuleCheck['outcome'], string>> = {
  silent: '·',
  noted: '!',
  permit: '✓',
  reject: '✗',
  defer: '…',
};

function toneOf(code: number): Tone {
  return code < 400 ? 'good' : code < 500 ? 'later' : 'bad';
}

function eventRows(event: JourneyEvent, words: PictureWords): Row[] {
  if (event.kind === 'routed') return event.steps.map((text) => ({ text, tone: 'plain' }));
  if (event.kind === 'checked') return [{ text: words.check(event), tone: 'plain' }];
  if (event.kind === 'milter') return [{ text: words.milter(event), tone: MILTER_TONES[event.wish] }];
  if (event.kind === 'milter-failed') return [{ text: words.milter(event), tone: 'later' }];
  if (event.kind !== 'sender-checked') return [];
  const { spf, dkim, dmarc } = event.findings;
  const policy = dmarc.policy === undefined ? '' : `, p=${dmarc.policy}`;
  const signatures = dkim.length === 0 ? 'none' : dkim.map(({ result, domain }) => `${result} (${domain})`).join(', ');
  return [
    { text: `SPF ${spf.result} (${spf.domain})`, tone: FINDING_TONES[spf.result] ?? 'plain' },
    { text: `DKIM ${signatures}`, tone: dkim.some(({ result }) => result === 'pass') ? 'good' : 'plain' },
    { text: `DMARC ${dmarc.result} (${dmarc.domain ?? '?'}${policy})`, tone: FINDING_TONES[dmarc.result] ?? 'plain' },
  ];
}

const MILTER_TONES = { nothing: 'good', hold: 'later', discard: 'bad' } as const;

const FINDING_TONES: Readonly<Record<string, Tone>> = { pass: 'good', fail: 'bad', temperror: 'later' };

const VERDICT_TONES = { accepted: 'good', refused: 'bad', deferred: 'later' } as const;

function verdictCard({ verdict, rule }: SimulationOutcome, words: PictureWords): Card {
  const by = rule === undefined ? '' : `, ${words.rule(rule)}`;
  return { title: `${words.verdicts[verdict]}${by}`, tone: VERDICT_TONES[verdict], rows: [] };
}

function planCard(plan: readonly PlannedEnd[], words: PictureWords): Card {
  const rows = plan.slice(0, MOST_CARDS).flatMap((end): Row[] => {
    if (end.kind === 'file') {
      return [{ text: `${end.recipient} → ${words.file(end.mailbox, end.account)}`, tone: 'good' }];
    }
    if (end.kind === 'discard') return [{ text: words.discard, tone: 'bad' }];
    const { recipient, nextHop, servers = [], failure, held } = end;
    return [
      { text: `${recipient} → ${words.queue(nextHop)}`, tone: held ? 'later' : 'good' },
      ...(held ? [{ text: words.held, tone: 'later' } as const] : []),
      ...servers.map(({ preference, name, address, port }): Row => {
        return { text: `↳ ${preference} ${name} [${address}]:${port}`, tone: 'quiet' };
      }),
      ...(failure === undefined ? [] : [{ text: failure, tone: 'later' } as const]),
    ];
  });
  const left = plan.length - MOST_CARDS;
  return {
    title: words.plan,
    tone: 'good',
    rows: left > 0 ? [...rows, { text: words.more(left), tone: 'quiet' }] : rows,
  };
}

function linesOf({ rows }: Card): readonly Row[] {
  return rows.flatMap(({ text, tone }) => wrapText(text, COLUMNS, MOST_LINES).map((line) => ({ text: line, tone })));
}

function heightOf(card: Card): number {
  const rows = linesOf(card).length;
  return 2 * PADDING + TITLE_HEIGHT + (rows === 0 ? 0 : rows * ROW_HEIGHT + 2);
}

function drawCard(card: Card, y: number, height: number): string {
  const [title = ''] = wrapText(card.title, COLUMNS - 12, 1);
  const rows = linesOf(card).map(({ text, tone }, at) => {
    const baseline = y + PADDING + TITLE_HEIGHT + (at + 1) * ROW_HEIGHT - 3;
    return element('text', { class: `row ${tone}`, x: CARD_X + PADDING + 4, y: baseline }, escapeText(text));
  });
  return [
    element('rect', { class: 'card', x: CARD_X, y, width: CARD_WIDTH, height, rx: 8 }),
    element('rect', { class: `bar ${card.tone}`, x: CARD_X, y, width: 5, height, rx: 2 }),
    element('circle', { class: `dot ${card.tone}`, cx: LINE_X, cy: y + PADDING + 9, r: 10 }),
    element('path', { class: 'mark', d: MARKS[card.tone](LINE_X, y + PADDING + 9) }),
    element('text', { class: 'title', x: CARD_X + PADDING + 4, y: y + PADDING + 14 }, escapeText(title)),
    ...rows,
  ].join('');
}

/** Drawn, for not every font has such signs. */
const MARKS: Readonly<Record<Tone, (x: number, y: number) => string>> = {
  plain: (x, y) => `M${x - 4} ${y}h8`,
  good: (x, y) => `M${x - 5} ${y}l4 4l7 -8`,
  bad: (x, y) => `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`,
  later: (x, y) => `M${x} ${y - 5}v6l4 3`,
};

const LIGHT =
  '.page{fill:#fff}.card{fill:#f5f6f8;stroke:#d5d9df}text{fill:#1c2128}.quiet{fill:#5b6470}text.good{fill:#176b35}text.bad{fill:#b3201f}text.later{fill:#855800}.line{stroke:#c3c9d1}.bar.good,.dot.good{fill:#2da44e}.bar.bad,.dot.bad{fill:#d1242f}.bar.later,.dot.later{fill:#bf8700}.bar.plain,.dot.plain{fill:#8c959f}';
const DARK =
  '.page{fill:#0f1318}.card{fill:#1a2027;stroke:#333b45}text{fill:#e6eaef}.quiet{fill:#9aa5b1}text.good{fill:#6fd58c}text.bad{fill:#ff8b85}text.later{fill:#e9b949}.line{stroke:#414b57}';
const STYLE = `text{font:13px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre}.heading{font:600 18px system-ui,"DejaVu Sans",sans-serif}.title{font-weight:600}.line{stroke-width:2}.mark{stroke:#fff;stroke-width:2;fill:none;stroke-linecap:round;stroke-linejoin:round}${LIGHT}@media(prefers-color-scheme:dark){${DARK}}`;
