// Each configuration that was in force, one file each below the state: what it said, since when, and who loaded it. The oldest
// are forgotten. Files that cannot be read are passed over: they are nobody's truth;
// a folder that may not be read is no empty one.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { optional, shape, textOf, wholeNumber } from '#base/shape.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { namesIn } from '#platform/files/names-in.ts';

export interface KeptConfig {
  /** From 1 on; a number is never used again while a later one is kept. */
  readonly number: number;
  readonly loadedMs: number;
  /** Who had it loaded, as far as is known. */
  readonly by?: string | undefined;
  /** `start`, `SIGHUP`, `apply`, `rollback`. */
  readonly how: string;
  readonly text: string;
}

const LONGEST_TEXT = 4 * 1024 * 1024;
const NAME = /^(\d{6})\.json$/;

const isEntry = shape({
  loadedMs: wholeNumber,
  by: optional(textOf(1_024)),
  how: textOf(1_024),
  text: textOf(LONGEST_TEXT),
});

export function configHistoryFolder(stateDirectory: string): string {
  return join(stateDirectory, 'configurations');
}

/** What is compared instead of the text. */
export function configDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The oldest first. */
export function readConfigHistory(folder: string): KeptConfig[] {
  return numbersIn(folder).flatMap((number) => readEntry(folder, number) ?? []);
}

/** It is in force from now on; loaded once more without a change, it is the same entry. The answer is its number. */
export function keepConfig(folder: string, entry: Omit<KeptConfig, 'number'>, limit: number): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const numbers = numbersIn(folder);
  const last = numbers.at(-1) ?? 0;
  if (readEntry(folder, last)?.text === entry.text) return last;
  const number = last + 1;
  writeAtomically(fileOf(folder, number), JSON.stringify(entry));
  for (const old of numbers.slice(0, Math.max(0, numbers.length + 1 - limit))) rmSync(fileOf(folder, old));
  return number;
}

function readEntry(folder: string, number: number): KeptConfig | undefined {
  try {
    const entry: unknown = JSON.parse(readFileSync(fileOf(folder, number), 'utf8'));
    return isEntry(entry) ? { number, ...entry } : undefined;
  } catch {
    return undefined;
  }
}

function numbersIn(folder: string): number[] {
  return namesIn(folder)
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number);
}

function fileOf(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(6, '0')}.json`);
}
