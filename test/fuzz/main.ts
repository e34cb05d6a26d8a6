// Tries every property of the code (`alwaysHolds`, in the tests beside it) many more times than a test run does:
// `npm run fuzz -- [RUNS]`. A failure prints the seed and the smallest input that shows it; the input is kept in
// `test/fuzz/failures/`, and from then on every test run tries it first.

import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_RUNS = 100_000;

const root = join(import.meta.dirname, '../..');
const runs = process.argv[2] ?? String(DEFAULT_RUNS);
if (!/^[1-9][0-9]*$/.test(runs)) {
  console.error('usage: node test/fuzz/main.ts [RUNS]');
  process.exit(64);
}
const seed = process.env['FUZZ_SEED'] ?? String(Date.now() % 2 ** 31);
const files = globSync('src/**/*.test.ts', { cwd: root }).filter((file) =>
  readFileSync(join(root, file), 'utf8').includes('/generated-inputs.ts'),
);
console.log(`${runs} runs of each property in ${files.length} files, seed ${seed}`);
const { status } = spawnSync(process.execPath, ['--test', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;
