// The units that systemd starts the server by: those of the package, with this program in them.

import { readFileSync } from 'node:fs';
import type { UnitFile } from './plan.ts';

/** The one that is started last starts the others. */
const NAMES = ['postfix@-.service', 'valija.service'];

export function unitFiles(program: string, configFile: string): UnitFile[] {
  const start = `ExecStart=${inUnit(program)} serve --config ${inUnit(configFile)}`;
  return NAMES.map((name) => {
    const packaged = readFileSync(new URL(`../../../packaging/systemd/${name}`, import.meta.url), 'utf8');
    return { name, text: packaged.replace(/^ExecStart=\S+ serve .*$/m, () => start) };
  });
}

/** One word of a command line, as systemd.service(5) reads it: `%` and `$` stand for something. */
function inUnit(word: string): string {
  return JSON.stringify(word).replaceAll('%', '%%').replaceAll('$', '$$$$');
}
