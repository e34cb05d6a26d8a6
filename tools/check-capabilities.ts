// Keeps docs/capabilities.md true: every test that a row names is in the sources, and a row says `done` only when each
// of its clauses names one. A test is named as `file`: «title», titles without their [C1] marks or with them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `- clause: [file](../file) «title»; «another»`; `- clause: no test yet`. */
const CLAUSE = /^- (.+?): (.*)$/;
const FILE_AND_TITLES = /\[[^\]]*\]\(\.\.\/([^)]+)\)((?:;? «[^»]+»)+)/g;
const ROW = /^\| (\d+) \| ([^|]*) \| (done|partial|not yet) \|$/;
const HEADING = /^### C(\d+)\b/;
const CAPABILITIES = 77;

type State = 'done' | 'partial' | 'not yet';

export function checkCapabilities(root: string): string[] {
  const page = readFileSync(join(root, 'docs/capabilities.md'), 'utf8').split('\n');
  const states = new Map<string, State>();
  const proven = new Map<string, { clauses: number; open: number }>();
  const complaints: string[] = [];
  let row = '';
  for (const [i, line] of page.entries()) {
    const complain = (text: string) => complaints.push(`docs/capabilities.md:${i + 1}: ${text}`);
    const [, number, , state] = ROW.exec(line) ?? [];
    if (number !== undefined) states.set(number, state as State);
    row = HEADING.exec(line)?.[1] ?? row;
    const [, clause, proof] = CLAUSE.exec(line) ?? [];
    if (clause === undefined || proof === undefined) continue;
    const count = proven.get(row) ?? { clauses: 0, open: 0 };
    const named = [...proof.matchAll(FILE_AND_TITLES)];
    proven.set(row, { clauses: count.clauses + 1, open: count.open + (named.length === 0 ? 1 : 0) });
    if (named.length === 0 && proof !== 'no test yet') complain(`"${clause}" names no test, nor says "no test yet"`);
    for (const [, file = '', titles = ''] of named) {
      for (const missing of missingTitles(root, file, titles)) complain(missing);
    }
  }
  for (let number = 1; number <= CAPABILITIES; number++) {
    const complaint = judge(String(number), states.get(String(number)), proven.get(String(number)));
    if (complaint !== undefined) complaints.push(`docs/capabilities.md: ${complaint}`);
  }
  return complaints;
}

function missingTitles(root: string, file: string, titles: string): string[] {
  const path = join(root, file);
  if (!existsSync(path)) return [`there is no ${file}`];
  const text = readFileSync(path, 'utf8');
  return [...titles.matchAll(/«([^»]+)»/g)]
    .map(([, title = '']) => title)
    .filter((title) => !text.includes(title) && !text.includes(title.replaceAll("'", "\\'")))
    .map((title) => `${file} has no test "${title}"`);
}

function judge(
  number: string,
  state: State | undefined,
  proven: { clauses: number; open: number } | undefined,
): string | undefined {
  if (state === undefined) return `row ${number} is missing`;
  if (state === 'not yet') return proven === undefined ? undefined : `row ${number} has tests, yet says "not yet"`;
  if (proven === undefined) return `row ${number} says "${state}", but names no clause`;
  if (state === 'done' && proven.open > 0) return `row ${number} says "done", but a clause has no test`;
  return undefined;
}
