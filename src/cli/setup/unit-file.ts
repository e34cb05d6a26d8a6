// The units that systemd starts the server by: those of the package, with this program in them.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { UnitFile } from './plan.ts';

/** The one that is started last starts the others. */
const NAMES = ['postfix@-.service', 'valija.service'];

export function unitFiles(program: string, configFile: string): UnitFile[] {
  const start = `ExecStart=${inCommand(program)} serve --config ${inCommand(configFile)}`;
  const written = `ReadWritePaths="-${dirname(configFile).replaceAll('%', '%%')}"`;
  return NAMES.map((name) => {
    const packaged = readFileSync(new URL(`../../../packaging/systemd/${name}`, import.meta.url), 'utf8');
    return {
      name,
      text: packaged.replace(/^ExecStart=\S+ serve .*$/m, () => start).replace(/^ReadWritePaths=.*$/m, () => written),
    };
  });
}

/** One word of a command line, as systemd.service(5) reads it: `%` and `$` stand for something. */
function inCommand(word: string): string {
  return JSON.stringify(word).replaceAll('%', '%%').replaceAll('$', '$$$$');
}
