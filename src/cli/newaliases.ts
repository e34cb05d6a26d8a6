// `valija newaliases`: makes the indexes of the alias files that `alias_maps` names, and reads those that have none, so that
// their mistakes are seen. newaliases(1)

import { readSource } from '#platform/tables/read-source.ts';
import { parseTableSpec } from '#platform/tables/table-spec.ts';
import type { AddCommand } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { addSubcommand } from './program.ts';
import { makeIndex } from './tables/make-index.ts';
import { tableCommand } from './tables/run-table-command.ts';
import type { TableCommand } from './tables/table-options.ts';

export const addNewaliases: AddCommand = (program, context) => {
  addSubcommand(program, context, 'newaliases', 'tables.newaliases.description', 'tables.newaliases.examples').action(
    async () => {
      const { alias_maps: names } = loadSettings(context);
      if (names.length === 0) context.print(context.say('tables.newaliases.none'));
      for (const name of names) await renew(tableCommand(context, 'newaliases', 'aliases', {}), name);
    },
  );
};

async function renew(command: TableCommand, name: string): Promise<void> {
  const { context, warn } = command;
  const spec = parseTableSpec(name);
  if (!spec.ok) throw new CommandFailure(EXIT.configuration, spec.error);
  const { type } = spec.value;
  if (type === 'cdb' || type === 'hash') {
    const file = spec.value.path;
    context.print(context.say('tables.newaliases.made', { file, aliases: await makeIndex(command, file) }));
  } else if (type === 'texthash') {
    const file = spec.value.path;
    const entries = await readSource(file, { form: 'aliases', foldsKeys: true, duplicates: 'warn', warn });
    context.print(context.say('tables.newaliases.read', { file, aliases: entries.size }));
  }
}
