// `valija postalias`, and `postalias` where a link of that name leads here: `postmap` for alias files, whose lines are
// `name: targets`. postalias(1)

import type { AddCommand } from './command-context.ts';
import { addSubcommand } from './program.ts';
import { runTableCommand, tableCommand } from './tables/run-table-command.ts';
import { addTableOptions, type TableCommandOptions } from './tables/table-options.ts';

export const addPostalias: AddCommand = (program, context) => {
  const command = addSubcommand(
    program,
    context,
    'postalias',
    'tables.postalias.description',
    'tables.postalias.examples',
  );
  addTableOptions(command, context).action((tables: string[], options: TableCommandOptions) =>
    runTableCommand(tableCommand(context, 'postalias', 'aliases', options), tables),
  );
};
