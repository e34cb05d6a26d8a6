// `valija alias …`

import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { formatAlias, formatAliases } from './directory-view.ts';
import { mustSucceed, withAdmin } from './open-admin.ts';
import { addSubcommand } from './program.ts';
import { show, showList } from './show-record.ts';

export function addAlias(program: Command, context: CommandContext): void {
  const { say } = context;
  const alias = addSubcommand(program, context, 'alias', 'alias.description', 'alias.examples');

  addSubcommand(alias, context, 'add', 'alias.add', 'alias.add.examples')
    .argument('<alias>', say('argument.alias'))
    .argument('<target...>', say('argument.targets'))
    .action(async (address: string, targets: string[]) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.addAlias(address, targets)));
      show(context, record, () => say('alias.added', { name: record.address }));
    });

  addSubcommand(alias, context, 'list', 'alias.list', 'alias.list.examples')
    .option('--domain <domain>', say('option.of-domain'))
    .action(async ({ domain }: { domain?: string }) => {
      const records = await withAdmin(context, (admin) => admin.listAliases(domain));
      showList(context, records, formatAliases, 'alias.none');
    });

  addSubcommand(alias, context, 'show', 'alias.show', 'alias.show.examples')
    .argument('<alias>', say('argument.alias'))
    .action(async (address: string) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.showAlias(address)));
      show(context, record, () => formatAlias(context, record));
    });

  addSubcommand(alias, context, 'set', 'alias.set', 'alias.set.examples')
    .argument('<alias>', say('argument.alias'))
    .argument('<target...>', say('argument.targets'))
    .action(async (address: string, targets: string[]) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.setAlias(address, targets)));
      show(context, record, () => say('alias.changed', { name: record.address }));
    });

  addSubcommand(alias, context, 'remove', 'alias.remove', 'alias.remove.examples')
    .argument('<alias>', say('argument.alias'))
    .action(async (address: string) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.removeAlias(address)));
      show(context, record, () => say('alias.removed', { name: record.address }));
    });
}
