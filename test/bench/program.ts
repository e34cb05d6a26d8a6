// Running programs and looking at what they leave.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Standard output; throws with the program's own words when it fails. */
export function runProgram(file: string, ...args: string[]): string {
  const result = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) {
    throw new Error(`${file} ${args.join(' ')}: ${result.error?.message ?? result.stderr.trim()}`);
  }
  return result.stdout;
}

/** Runs one of the benchmark's own programs to its end and reads the JSON that it prints. */
export async function runLoad<Report>(file: string, order: unknown): Promise<Report> {
  const child = spawn(process.execPath, [file, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1)));
  if (code !== 0) throw new Error(`${file}: ${errors.trim()}`);
  return JSON.parse(output) as Report;
}

/** Files in all `new/` and `cur/` folders below; none where the first message has yet to make the folder. */
export function countMaildirFiles(folder: string): number {
  if (!existsSync(folder)) return 0;
  let total = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if (entry.name === 'new' || entry.name === 'cur') total += readdirSync(path).length;
    else if (entry.name !== 'tmp') total += countMaildirFiles(path);
  }
  return total;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
