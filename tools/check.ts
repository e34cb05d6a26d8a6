// `npm run check`: types, format and lint, areas, imports, RFC references. Seconds; part of `npm test`.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkAreas } from './check-areas.ts';
import { checkCapabilities } from './check-capabilities.ts';
import { checkCircles } from './check-circles.ts';
import { checkRfcs } from './check-rfcs.ts';
import { checkWrittenDocs } from './write-docs.ts';

export interface CheckOutcome {
  readonly name: string;
  readonly complaints: readonly string[];
}

const root = join(import.meta.dirname, '..');

function program(name: string, ...command: [string, ...string[]]): CheckOutcome {
  const [file, ...args] = command;
  const result = spawnSync(join(root, 'node_modules/.bin', file), args, { cwd: root, encoding: 'utf8' });
  const output = `${result.stdout}${result.stderr}`.trimEnd();
  return { name, complaints: result.status === 0 ? [] : [output || `${file} could not be run`] };
}

export function checkEverything(): CheckOutcome[] {
  return [
    program('types', 'tsc'),
    program('format and lint', 'biome', 'ci', '--max-diagnostics=30', '--colors=off', '.'),
    { name: 'areas, names and lengths', complaints: checkAreas(root) },
    { name: 'imports in one direction', complaints: checkCircles(root) },
    { name: 'RFC references', complaints: checkRfcs(root) },
    { name: 'capabilities and their tests', complaints: checkCapabilities(root) },
    { name: 'pages written from code', complaints: checkWrittenDocs() },
  ];
}

export function printChecks(outcomes: readonly CheckOutcome[]): void {
  for (const { name, complaints } of outcomes) {
    console.log(`${complaints.length === 0 ? 'ok  ' : 'FAIL'} check: ${name}`);
    for (const complaint of complaints) console.log(complaint.replace(/^/gm, '     '));
  }
}

if (import.meta.main) {
  const outcomes = checkEverything();
  printChecks(outcomes);
  process.exitCode = outcomes.every(({ complaints }) => complaints.length === 0) ? 0 : 1;
}
