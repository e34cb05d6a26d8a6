// `valija domain …`

import type { Command } from 'commander';
import { ok } from '#base/result.ts';
import type { DomainRecord } from '#mail/ports/directory-admin.ts';
import { SIGNING_ALGORITHMS } from '#protocols/dkim/algorithm.ts';
import type { CommandContext } from './command-context.ts';
import { formatDomain, formatDomains } from './directory-view.ts';
import { withKeyAdmin } from './dkim/open-key-admin.ts';
import { addDomainAdvice } from './domain/advice.ts';
import { withAdvisor } from './domain/open-advisor.ts';
import { formatPlan, formatPlanAsZone } from './domain/records-view.ts';
import { mustSucceed, withAdmin } from './open-admin.ts';
import { addSubcommand } from './program.ts';
import { show, showList } from './show-record.ts';
import { mustAskSomeChange } from './some-change.ts';
import { pickSwitch } from './switches.ts';

interface AddOptions {
  readonly catchAll?: string;
  /** False where --no-keys was given. */
  readonly keys: boolean;
  readonly zone?: boolean;
}

interface SetOptions {
  /** False where --no-catch-all was given. */
  readonly catchAll?: string | false;
  readonly disable?: boolean;
  readonly enable?: boolean;
}

const USUAL_RSA_BITS = 2048;

export function addDomain(program: Command, context: CommandContext): void {
  const { say } = context;
  const domain = addSubcommand(program, context, 'domain', 'domain.description', 'domain.examples');

  addSubcommand(domain, context, 'add', 'domain.add', 'domain.add.examples')
    .argument('<domain>', say('argument.domain'))
    .option('--catch-all <address>', say('domain.option.catch-all'))
    .option('--no-keys', say('domain.option.no-keys'))
    .option('--zone', say('domain.option.zone'))
    .action((name: string, options: AddOptions) => takeOn(context, name, options));

  addDomainAdvice(domain, context);

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
      mustAskSomeChange(context, command);
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

/** The domain, keys that sign for it, and all that is to be published of it. */
async function takeOn(context: CommandContext, name: string, options: AddOptions): Promise<void> {
  const { catchAll, keys, zone } = options;
  const settings = catchAll === undefined ? {} : { catchAll };
  const record = mustSucceed(context, await withAdmin(context, (admin) => admin.addDomain(name, settings)));
  if (keys) await makeKeys(context, record.name);
  const plan = mustSucceed(context, await withAdvisor(context, (advisor) => advisor.plan(record.name)));
  if (zone === true) return context.print(formatPlanAsZone(context, plan));
  const added = context.say('domain.added', { name: record.name });
  show(context, { ...record, plan }, () => `${added}\n\n${formatPlan(context, plan)}`);
}

/** Whoever takes a domain on again, or imported its keys before, keeps those. */
async function makeKeys(context: CommandContext, domain: string): Promise<void> {
  const wanted = { domain, selector: undefined, algorithms: SIGNING_ALGORITHMS, bits: USUAL_RSA_BITS, asNext: false };
  const made = await withKeyAdmin(context, async (admin) => {
    const there = await admin.list(domain);
    return there.length > 0 ? ok(there) : await admin.generate(wanted);
  });
  mustSucceed(context, made);
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
