// A story on lines: the time on the left, and below each step the branches of its decision.
//
//   10:00:01  We looked at the recipient <ana@example.com>: refused for good. We answered «554 5.7.1 …».
//             ├─ Rule: reject_unauth_destination, RFC 5321 §3.6.2
//             └─ Why: …

import { LANGUAGES, type Story, type StoryDetail, type StoryLanguage, type Tone } from './story.ts';
import { wrapText } from './wrapped-text.ts';

export interface DrawingOptions {
  /** `Europe/Madrid`; UTC where nothing is said. */
  readonly timeZone?: string;
  /** Columns of the terminal; without it lines are as long as they are. */
  readonly width?: number;
  /** All text goes through it: texts of strangers, too. `heading` is a day. */
  readonly paint?: (as: Tone | 'heading' | 'branch', text: string) => string;
}

export function drawStory(story: Story, language: StoryLanguage, options: DrawingOptions = {}): string[] {
  const { timeZone = 'UTC', width = Number.POSITIVE_INFINITY, paint = (_, text) => text } = options;
  const { locale } = LANGUAGES[language];
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone });
  const lines: string[] = [];
  let today: string | undefined;
  for (const { atMs, text, tone, details } of story.steps) {
    const date = day.format(atMs);
    // Mail that waits may do so for days.
    if (date !== today) lines.push(paint('heading', today === undefined ? `${date} (${timeZone})` : date));
    today = date;
    const clock = `${time.format(atMs)}  `;
    const indent = ' '.repeat(clock.length);
    const [first = '', ...others] = wrapText(text, width - clock.length);
    lines.push(`${paint('branch', clock)}${paint(tone, first)}`, ...others.map((line) => indent + paint(tone, line)));
    lines.push(...drawBranches(details, { indent, columns: clock.length, width, paint }));
  }
  const end = wrapText(`${story.end.label}: ${story.end.text}`, width);
  return [...lines, ...end.map((line) => paint(story.end.tone, line))];
}

interface Place {
  /** What stands before the branch, and the columns that it takes: colours take none. */
  readonly indent: string;
  readonly columns: number;
  readonly width: number;
  readonly paint: NonNullable<DrawingOptions['paint']>;
}

function drawBranches(details: readonly StoryDetail[], { indent, columns, width, paint }: Place): string[] {
  return details.flatMap(({ label, text, details: below = [] }, i) => {
    const isLast = i === details.length - 1;
    const said = label === undefined ? text : `${label}: ${text}`.trimEnd();
    const [first = '', ...others] = wrapText(said, width - columns - BRANCH_COLUMNS);
    const inner = { indent: `${indent}${paint('branch', isLast ? '   ' : '│  ')}`, columns: columns + BRANCH_COLUMNS };
    return [
      `${indent}${paint('branch', isLast ? '└─ ' : '├─ ')}${paint('plain', first)}`,
      ...others.map((line) => inner.indent + paint('plain', line)),
      ...drawBranches(below, { ...inner, width, paint }),
    ];
  });
}

const BRANCH_COLUMNS = 3;
