// A chart of results, as SVG: bars in groups, each group measured by one of its own.

export interface Bar {
  readonly name: string;
  readonly value: number;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface Chart {
  readonly title: string;
  /** What is counted, behind each value. */
  readonly unit: string;
  /** The bar that is as long in each group: the others are so many times it. */
  readonly base: string;
  readonly groups: readonly BarGroup[];
}

const WIDTH = 760;
const NAMES_WIDTH = 190;
const VALUES_WIDTH = 130;
const TITLE_HEIGHT = 48;
const BAR_HEIGHT = 16;
const ROW_HEIGHT = 20;
const GROUP_GAP = 10;
/** From a row's upper edge to the foot of its letters. */
const LETTERS = 12;

/** By the order of the bars. They are told apart by their names, too, and on dark pages as well as on light ones. */
const COLOURS = ['#2f81f7', '#8b949e', '#c3a15b', '#57ab5a'];

const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#1f2328}',
  '.title{font-weight:600;font-size:15px}',
  '.group{font-weight:600}',
  '@media (prefers-color-scheme:dark){text{fill:#d1d7e0}}',
].join('\n');

export function formatChart({ title, unit, base, groups }: Chart): string {
  const longest = Math.max(...groups.flatMap((group) => group.bars.map((bar) => ratioOf(bar, group, base))));
  const baseWidth = (WIDTH - NAMES_WIDTH - VALUES_WIDTH) / longest;
  const lines: string[] = [];
  let y = TITLE_HEIGHT;
  for (const group of groups) {
    lines.push(formatText(0, y, group.title, 'class="group"'));
    y += ROW_HEIGHT;
    for (const [at, bar] of group.bars.entries()) {
      const ratio = ratioOf(bar, group, base);
      const width = ratio * baseWidth;
      const compared = bar.name === base ? '' : ` · ${ratio.toFixed(1)} ×`;
      lines.push(
        formatText(NAMES_WIDTH - 10, y, bar.name, 'text-anchor="end"'),
        `<rect x="${NAMES_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${COLOURS[at % COLOURS.length]}"/>`,
        formatText(NAMES_WIDTH + width + 8, y, `${Math.round(bar.value).toLocaleString('en')}${unit}${compared}`),
      );
      y += ROW_HEIGHT;
    }
    y += GROUP_GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style>`,
    formatText(0, 8, title, 'class="title"'),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function ratioOf(bar: Bar, { bars }: BarGroup, base: string): number {
  return bar.value / (bars.find(({ name }) => name === base)?.value ?? bar.value);
}

function formatText(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y + LETTERS}" ${attributes}>${escapeXml(words)}</text>`;
}

function escapeXml(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
