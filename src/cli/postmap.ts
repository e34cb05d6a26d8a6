// `valija postmap`, and `postmap` where a link of that name leads here: look-up tables are made, asked and changed.
// postmap(1)

import type { AddCommand } from './command-context.ts';
import { addSubcommand } from './program.ts';
import { runTableCommand, tableCommand } from './tables/run-table-command.ts';
import { addTableOptions, type TableCommandOptions } from './tables/table-options.ts';

export const addPostmap: AddCommand = (program, context) => {
  const command = addSubcommand(program, context, 'postmap', 'tables.postmap.description', 'tables.postmap.examples');
  addTableOptions(command, context).action((tables: string[], options: TableCommandOptions) =>
    runTableCommand(tableCommand(context, 'postmap', 'table', options), tables),
  );
};
