// `valija domain …`

import type { Command } from 'commander';
import type { DomainRecord } from '#mail/ports/directory-admin.ts';
import type { CommandContext } from './command-context.ts';
import { mustSucceed, withAdmin } from './open-admin.ts';
import { addSubcommand } from './program.ts';
import { formatDomain, formatDomains } from './records.ts';
import { show, showList } from './show-record.ts';
import { pickSwitch } from './switches.ts';

interface SetOptions {
  /** False where --no-catch-all was given. */
  readonly catchAll?: string | false;
  readonly disable?: boolean;
  readonly enable?: boolean;
}

export function addDomain(program: Command, context: CommandContext): void {
  const { say } = context;
  const domain = addSubcommand(program, context, 'domain', 'domain.description', 'domain.examples');

  addSubcommand(domain, context, 'add', 'domain.add', 'domain.add.examples')
    .argument('<domain>', say('argument.domain'))
    .option('--catch-all <address>', say('domain.option.catch-all'))
    .action(async (name: string, { catchAll }: { catchAll?: string }) => {
      const settings = catchAll === undefined ? {} : { catchAll };
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.addDomain(name, settings)));
      show(context, record, () => say('domain.added', { name: record.name }));
    });

  addSubcommand(domain, context, 'list', 'domain.list', 'domain.list.examples').action(async () => {
    const records = await withAdmin(context, (admin) => admin.listDomains());
    showList(context, records, formatDomains, 'domain.none');
  });

  addSubcommand(domain, context, 'show', 'domain.show', 'domain.show.examples')
    .argument('<domain>', say('argument.domain'))
    .action(async (name: string) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.showDomain(name)));
      show(context, record, () => formatDomain(context, record));
    });

  addSubcommand(domain, context, 'set', 'domain.set', 'domain.set.examples')
    .argument('<domain>', say('argument.domain'))
    .option('--catch-all <address>', say('domain.option.catch-all'))
    .option('--no-catch-all', say('domain.option.no-catch-all'))
    .option('--disable', say('domain.option.disable'))
    .option('--enable', say('domain.option.enable'))
    .action(async (name: string, options: SetOptions, command: Command) => {
      const record = mustSucceed(context, await setDomain(context, name, options, command));
      show(context, record, () => say('domain.changed', { name: record.name }));
    });

  addSubcommand(domain, context, 'remove', 'domain.remove', 'domain.remove.examples')
    .argument('<domain>', say('argument.domain'))
    .action(async (name: string) => {
      const record: DomainRecord = mustSucceed(context, await withAdmin(context, (admin) => admin.removeDomain(name)));
      show(context, record, () => say('domain.removed', { name: record.name }));
    });
}

function setDomain(context: CommandContext, name: string, options: SetOptions, command: Command) {
  const disabled = pickSwitch(context, options);
  // commander makes `catchAll` true where neither form was given.
  const given = command.getOptionValueSource('catchAll') === 'cli';
  const settings = {
    ...(given && { catchAll: typeof options.catchAll === 'string' ? options.catchAll : null }),
    ...(disabled !== undefined && { disabled }),
  };
  return withAdmin(context, (admin) => admin.setDomain(name, settings));
}
