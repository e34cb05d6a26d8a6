// Asks tables of any type: one key, the keys of standard input, or for all that they have.

import { createInterface } from 'node:readline';
import { openTable } from '#platform/tables/open-table.ts';
import type { OpenTable } from '#platform/tables/opened-table.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import type { TableCommand } from './table-options.ts';

/** As Postfix's programs say that nothing was found. */
export const NOT_FOUND = 1;

/** The value of the first table that has it. */
export async function printValue(command: TableCommand, names: readonly string[], key: string): Promise<void> {
  await using tables = await openTables(command, names);
  const value = await findFirst(tables.list, key);
  if (value === undefined) command.context.exitCode = NOT_FOUND;
  else command.context.print(value);
}

/** A line `key value` for each key of standard input that is found. */
export async function printValues(command: TableCommand, names: readonly string[]): Promise<void> {
  const { context } = command;
  await using tables = await openTables(command, names);
  let isAnyFound = false;
  for await (const key of createInterface({ input: context.input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const value = key === '' ? undefined : await findFirst(tables.list, key);
    if (value === undefined) continue;
    isAnyFound = true;
    context.print(`${key}\t${value}`);
  }
  if (!isAnyFound) context.exitCode = NOT_FOUND;
}

export async function printEntries(command: TableCommand, names: readonly string[]): Promise<void> {
  const { context } = command;
  await using tables = await openTables(command, names);
  for (const table of tables.list) {
    const entries = await table.entries();
    if (entries === undefined) {
      throw new CommandFailure(EXIT.usage, context.say('tables.no-sequence', { table: table.name }));
    }
    for (const [key, value] of entries) context.print(`${key}\t${value}`);
  }
}

async function findFirst(tables: readonly OpenTable[], key: string): Promise<string | undefined> {
  for (const table of tables) {
    const value = await table.find(key);
    if (value !== undefined) return value;
  }
  return undefined;
}

async function openTables(
  { form, options, warn }: TableCommand,
  names: readonly string[],
): Promise<AsyncDisposable & { readonly list: readonly OpenTable[] }> {
  await using opened = new AsyncDisposableStack();
  const list: OpenTable[] = [];
  for (const name of names) {
    list.push(opened.use(await openTable(name, { form, warn, rebuildsIndexes: false, foldsKeys: options.f !== true })));
  }
  const kept = opened.move();
  return { list, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
