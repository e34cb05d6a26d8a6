// Properties of the code, tried on many generated inputs. All of a run come from one seed, which is printed; an input that
// fails is made small, kept under test/fuzz/failures/, and tried first from then on. `FUZZ_RUNS` says how many are tried
// of each (`npm run fuzz` sets it), `FUZZ_SEED` repeats a run.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import fc from 'fast-check';

export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 10_000);
/** The test run gives one to all its files; a file that is run alone has its own. */
export const FUZZ_SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

const ROOT = join(import.meta.dirname, '../..');
const FAILURES = join(ROOT, 'test/fuzz/failures');

/** Octets and what JSON has no word for are kept as objects with one key. */
const OCTETS = '$octets';
const UNDEFINED = '$undefined';

export function alwaysHolds<Inputs>(context: TestContext, property: fc.IRawProperty<Inputs, false>): void {
  const file = join(FAILURES, `${context.name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100)}.json`);
  const examples = readKept(file) as Inputs[];
  const details = fc.check(property, { numRuns: FUZZ_RUNS + examples.length, seed: FUZZ_SEED, examples });
  if (!details.failed) return;
  if (details.counterexample !== null) keep(file, examples, details.counterexample);
  const report = fc.defaultReportMessage(details);
  throw new Error(`FUZZ_SEED=${FUZZ_SEED}; the input is kept in ${relative(ROOT, file)}\n${report}`);
}

function readKept(file: string): unknown[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8'), revive) as unknown[]) : [];
}

function keep(file: string, known: readonly unknown[], input: unknown): void {
  const all = [...known, input].map((each) => JSON.stringify(each, replace));
  mkdirSync(FAILURES, { recursive: true });
  writeFileSync(file, `[${[...new Set(all)].join(',\n')}]\n`);
}

/** `JSON.stringify` calls `toJSON` first, which a Buffer has: `this` still holds the Buffer itself. */
function replace(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return { [OCTETS]: Buffer.from(original).toString('base64') };
  return original === undefined ? { [UNDEFINED]: true } : value;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (OCTETS in value) return Buffer.from(String(value[OCTETS]), 'base64');
  return UNDEFINED in value ? undefined : value;
}
