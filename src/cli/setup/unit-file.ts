// The unit that systemd starts the server by: the one of the package, with this program in it.

import { readFileSync } from 'node:fs';
import type { UnitFile } from './plan.ts';

const PACKAGED = new URL('../../../packaging/systemd/postfix@-.service', import.meta.url);

export function unitFile(program: string, configFile: string): UnitFile {
  const text = readFileSync(PACKAGED, 'utf8').replace(
    /^ExecStart=.*$/m,
    () => `ExecStart=${inUnit(program)} serve --config ${inUnit(configFile)}`,
  );
  return { name: 'postfix@-.service', text };
}

/** One word of a command line, as systemd.service(5) reads it: `%` and `$` stand for something. */
function inUnit(word: string): string {
  return JSON.stringify(word).replaceAll('%', '%%').replaceAll('$', '$$$$');
}
