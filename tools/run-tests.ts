// `npm test`: the checks, then every test of the house; last a summary that names what failed and what was skipped.
// With CI=true a skip counts as failed. The last line is `N passed, N failed`.

import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { checkEverything, printChecks } from './check.ts';

interface Tally {
  passed: number;
  readonly failed: string[];
  readonly skipped: string[];
  /** Of the real programs that the interop tests drove. */
  readonly versions: Set<string>;
  /** Milliseconds, by file. */
  readonly times: Map<string, number>;
}

const SLOWEST_SHOWN = 8;
const root = join(import.meta.dirname, '..');
const strict = process.env['CI'] === 'true';
const patterns = process.argv.slice(2);

// As bin/valija has it: what was compiled once is not compiled again by the hundreds of processes that the tests start.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/valija');
// One seed for all generated inputs of this run; the tests, which are processes of their own, inherit it.
process.env['FUZZ_SEED'] ??= String(Date.now() % 2 ** 31);
console.log(`Generated inputs: seed ${process.env['FUZZ_SEED']}`);

const tally: Tally = { passed: 0, failed: [], skipped: [], versions: new Set(), times: new Map() };
if (patterns.length === 0) runChecks(tally);
await runFiles(tally, patterns.length > 0 ? patterns : ['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts']);
printSummary(tally);

function runChecks(into: Tally): void {
  const outcomes = checkEverything();
  printChecks(outcomes);
  for (const { name, complaints } of outcomes) {
    if (complaints.length === 0) into.passed += 1;
    else into.failed.push(`check: ${name}`);
  }
}

async function runFiles(into: Tally, globPatterns: string[]): Promise<void> {
  const stream = run({
    cwd: root,
    globPatterns,
    concurrency: availableParallelism(),
    execArgv: ['--import', join(import.meta.dirname, 'leave-at-once.ts')],
    timeout: 1_800_000,
  });
  stream.on('test:pass', (event) => {
    if (event.nesting === 0) addTime(into, place(event.file), event.details.duration_ms);
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined) into.skipped.push(`${event.name}${reason(event.skip)} (${place(event.file)})`);
    else into.passed += 1;
  });
  const before = into.passed;
  // A file that says nothing at its end has lost results, whatever its exit code.
  const unheard = new Set(globSync([...globPatterns], { cwd: root }).map((file) => join(root, file)));
  let reported = 0;
  stream.on('test:summary', ({ file, counts }) => {
    if (file === undefined) return;
    unheard.delete(file);
    reported += counts.tests;
  });
  stream.on('test:diagnostic', ({ message }) => {
    if (message.startsWith('version: ')) into.versions.add(message.slice('version: '.length));
  });
  stream.on('test:fail', (event) => {
    const { error } = event.details;
    // A parent fails because its children did: they are counted.
    if ('failureType' in error && error.failureType === 'subtestsFailed') return;
    into.failed.push(`${event.name} (${place(event.file)})`);
    console.log(`FAIL ${event.name} (${place(event.file)})`);
    console.log(describe(error).replace(/^/gm, '     '));
  });
  for await (const _ of stream);
  for (const file of unheard) into.failed.push(`the file ended without its results (${place(file)})`);
  const read = into.passed - before + into.skipped.length;
  if (into.failed.length === 0 && read !== reported)
    into.failed.push(`${reported} results were told, ${read} were read`);
}

function addTime({ times }: Tally, file: string, durationMs: number): void {
  times.set(file, (times.get(file) ?? 0) + durationMs);
}

/** So that nobody has to ask where the minutes go. */
function describeSlowest({ times }: Tally): string {
  const slowest = [...times].sort(([, one], [, other]) => other - one).slice(0, SLOWEST_SHOWN);
  return slowest.map(([file, ms]) => `${Math.round(ms / 1000)} s ${file}`).join(', ');
}

function reason(skip: string | boolean): string {
  return typeof skip === 'string' ? `: ${skip}` : '';
}

function place(file: string | undefined): string {
  return file === undefined ? 'no file' : file.replace(`${root}/`, '');
}

function describe(error: Error & { cause?: unknown }): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.stack ?? cause.message;
}

function printSummary(tally: Tally): void {
  const { passed, failed, skipped, versions } = tally;
  if (tally.times.size > SLOWEST_SHOWN) console.log(`\nSlowest: ${describeSlowest(tally)}`);
  const failures = failed.length + (strict ? skipped.length : 0);
  if (versions.size > 0) console.log(`\nReal programs: ${[...versions].sort().join(', ')}`);
  if (skipped.length > 0) console.log(`\nSkipped${strict ? ', which counts as failed here' : ''}:`);
  for (const name of skipped) console.log(`  ${name}`);
  if (failed.length > 0) console.log('\nFailed:');
  for (const name of failed) console.log(`  ${name}`);
  console.log(
    `\n${passed} passed, ${failures} failed${strict || skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`,
  );
  process.exitCode = failures === 0 && passed > 0 ? 0 : 1;
}
