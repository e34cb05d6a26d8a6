// What `postmap` and `postalias` do, by their options: ask, list, delete, add, or make an index.

import { createInterface } from 'node:readline';
import type { SourceForm } from '#platform/tables/source-entries.ts';
import { parseTableSpec } from '#platform/tables/table-spec.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { NOT_FOUND, printEntries, printValue, printValues } from './ask-tables.ts';
import { deleteFromIndex, extendIndex, makeIndex } from './make-index.ts';
import type { TableCommand, TableCommandOptions } from './table-options.ts';

/** Of a bare path. Postfix's `default_database_type`. */
const DEFAULT_TYPE = 'cdb';
const FROM_INPUT = '-';

export function tableCommand(
  context: CommandContext,
  program: string,
  form: SourceForm,
  options: TableCommandOptions,
): TableCommand {
  const warn = (text: string) => context.errors.write(`${program}: ${context.say('tables.warning')}: ${text}\n`);
  return { context, program, form, options, warn };
}

export async function runTableCommand(command: TableCommand, written: readonly string[]): Promise<void> {
  const { context, options } = command;
  refuseSeveralTasks(command);
  const names = written.map((name) => (/^[A-Za-z][A-Za-z0-9]*:/.test(name) ? name : `${DEFAULT_TYPE}:${name}`));
  if (options.q === FROM_INPUT) return printValues(command, names);
  if (options.q !== undefined) return printValue(command, names, options.q);
  if (options.s) return printEntries(command, names);
  const paths = names.map((name) => indexedPath(command, name));
  if (options.d !== undefined) return deleteKeys(command, paths, options.d);
  for (const [i, path] of paths.entries()) {
    if (options.i) await extendIndex(command, path);
    else await makeIndex(command, path);
    // Who wrote `hash:`, or no type, may look for the `.db` that Postfix would have made.
    const isExpected = written[i]?.startsWith(`${DEFAULT_TYPE}:`);
    if (!isExpected)
      context.errors.write(`${command.program}: ${context.say('tables.made', { file: `${path}.cdb` })}\n`);
  }
}

async function deleteKeys(command: TableCommand, paths: readonly string[], key: string): Promise<void> {
  const keys = key === FROM_INPUT ? await readLines(command.context.input) : [key];
  let deleted = 0;
  for (const path of paths) deleted += await deleteFromIndex(command, path, keys);
  if (deleted === 0) command.context.exitCode = NOT_FOUND;
}

async function readLines(input: NodeJS.ReadableStream): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) lines.push(line);
  return lines.filter((line) => line !== '');
}

/** Of a table that has an index. */
function indexedPath({ context }: TableCommand, name: string): string {
  const spec = parseTableSpec(name);
  if (!spec.ok) throw new CommandFailure(EXIT.usage, spec.error);
  const { type } = spec.value;
  if (type === 'cdb' || type === 'hash') return spec.value.path;
  throw new CommandFailure(EXIT.usage, context.say('tables.no-index', { type }));
}

function refuseSeveralTasks({ context, options }: TableCommand): void {
  const given = [
    ...(options.q === undefined ? [] : ['-q']),
    ...(options.d === undefined ? [] : ['-d']),
    ...(options.s ? ['-s'] : []),
    ...(options.i ? ['-i'] : []),
  ];
  const [one, other] = given;
  if (one === undefined || other === undefined) return;
  throw new CommandFailure(EXIT.usage, context.say('usage.options-conflict', { one, other }));
}
