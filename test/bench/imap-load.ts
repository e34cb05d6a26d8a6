// The IMAP load: a program of its own, the same for every peer. Argument: a JSON object; prints a JSON object. What goes
// wrong in one chapter is reported, and the next begins.

import { cold } from './imap-cold.ts';
import { fill } from './imap-fill.ts';
import type { ImapServer, Outcome } from './imap-measure.ts';
import { type IdleMemory, idleMemory } from './imap-memory.ts';
import { CHAPTERS } from './imap-warm.ts';

export type ImapOrder = ImapServer &
  (
    | { readonly task: 'fill' | 'warm'; readonly messages: number }
    | { readonly task: 'cold'; readonly circumstances: string }
    | { readonly task: 'memory'; readonly connections: number }
  );

export interface ImapReport {
  readonly outcomes: readonly Outcome[];
  readonly memory?: IdleMemory;
  readonly failures: readonly string[];
}

async function perform(order: ImapOrder): Promise<ImapReport> {
  switch (order.task) {
    case 'fill':
      await fill(order, order.messages);
      return { outcomes: [], failures: [] };
    case 'cold':
      return { outcomes: await cold(order, order.circumstances), failures: [] };
    case 'memory':
      return { outcomes: [], memory: await idleMemory(order, order.connections), failures: [] };
    case 'warm':
      return warm(order, order.messages);
  }
}

async function warm(server: ImapServer, messages: number): Promise<ImapReport> {
  const outcomes: Outcome[] = [];
  const failures: string[] = [];
  for (const chapter of CHAPTERS) {
    try {
      outcomes.push(...(await chapter(server, messages)));
    } catch (error) {
      failures.push(`${chapter.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { outcomes, failures };
}

if (import.meta.main) {
  const report = await perform(JSON.parse(process.argv[2] ?? '{}'));
  console.log(JSON.stringify(report));
  // A connection of a chapter that failed may still be open.
  process.exit();
}
