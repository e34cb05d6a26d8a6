// Tries the properties that stand beside the code (`*.properties.test.ts`) many more times than a test run does:
// `node test/fuzz/main.ts [RUNS]`. A failure prints the seed and the smallest input that shows it.

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_RUNS = 100_000;

const root = join(import.meta.dirname, '../..');
const runs = process.argv[2] ?? String(DEFAULT_RUNS);
if (!/^[1-9][0-9]*$/.test(runs)) {
  console.error('usage: node test/fuzz/main.ts [RUNS]');
  process.exit(64);
}
const files = globSync('src/**/*.properties.test.ts', { cwd: root });
console.log(`${runs} runs of each property in ${files.length} files`);
const { status } = spawnSync(process.execPath, ['--test', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_RUNS: runs },
});
process.exitCode = status ?? 1;
