// `valija account …`

import { type Command, Option } from 'commander';
import type { AccountSettings, DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { CommandContext } from './command-context.ts';
import { formatAccount, formatAccounts } from './directory-view.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { mustSucceed, withAdmin } from './open-admin.ts';
import { parseSize } from './output/size.ts';
import { addSubcommand } from './program.ts';
import { type GivenSecret, readSecret, refuseSecretArgument, type SecretOptions } from './read-secret.ts';
import { show, showList } from './show-record.ts';
import { mustAskSomeChange } from './some-change.ts';
import { pickSwitch } from './switches.ts';

interface SettingOptions {
  readonly name?: string;
  readonly quota?: string;
  readonly addAddress?: readonly string[];
  readonly removeAddress?: readonly string[];
  readonly disable?: boolean;
  readonly enable?: boolean;
}

export function addAccount(program: Command, context: CommandContext): void {
  const account = addSubcommand(program, context, 'account', 'account.description', 'account.examples');
  addAdd(account, context);
  addReading(account, context);
  addSet(account, context);
  addRemove(account, context);
  addPassword(account, context);
}

function addAdd(account: Command, context: CommandContext): void {
  const { say } = context;
  withSecretOptions(addSubcommand(account, context, 'add', 'account.add', 'account.add.examples'), context)
    .option('--no-password', say('account.option.no-password'))
    .option('--name <name>', say('account.option.name'))
    .option('--quota <size>', say('account.option.quota'))
    .option('--add-address <address>', say('account.option.address'), gather)
    .action(async (address: string, options: SettingOptions & SecretOptions, command: Command) => {
      refuseSecretArgument(context, command.args.slice(1), options.password);
      const settings = settingsOf(context, options);
      const secret = await readSecret(context, address, options);
      const record = await withAdmin(context, (admin) => addWithSecret(context, admin, address, secret, settings));
      show(context, record, () => say('account.added', { name: record.id }));
    });
}

function addReading(account: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(account, context, 'list', 'account.list', 'account.list.examples')
    .option('--domain <domain>', say('option.of-domain'))
    .action(async ({ domain }: { domain?: string }) => {
      const records = await withAdmin(context, (admin) => admin.listAccounts(domain));
      showList(context, records, formatAccounts, 'account.none');
    });

  addSubcommand(account, context, 'show', 'account.show', 'account.show.examples')
    .argument('<account>', say('argument.account'))
    .action(async (address: string) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.showAccount(address)));
      show(context, record, () => formatAccount(context, record));
    });
}

function addSet(account: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(account, context, 'set', 'account.set', 'account.set.examples')
    .argument('<account>', say('argument.account'))
    .option('--name <name>', say('account.option.name'))
    .option('--quota <size>', say('account.option.quota'))
    .option('--add-address <address>', say('account.option.address'), gather)
    .option('--remove-address <address>', say('account.option.remove-address'), gather)
    .option('--disable', say('account.option.disable'))
    .option('--enable', say('account.option.enable'))
    .action(async (address: string, options: SettingOptions, command: Command) => {
      mustAskSomeChange(context, command);
      const settings = settingsOf(context, options);
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.setAccount(address, settings)));
      show(context, record, () => say('account.changed', { name: record.id }));
    });
}

function addRemove(account: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(account, context, 'remove', 'account.remove', 'account.remove.examples')
    .argument('<account>', say('argument.account'))
    .action(async (address: string) => {
      const record = mustSucceed(context, await withAdmin(context, (admin) => admin.removeAccount(address)));
      show(context, record, () => say('account.removed', { name: record.id }));
    });
}

function addPassword(account: Command, context: CommandContext): void {
  const { say } = context;
  const command = addSubcommand(account, context, 'password', 'account.password', 'account.password.examples');
  withSecretOptions(command, context).action(async (address: string, options: SecretOptions, self: Command) => {
    refuseSecretArgument(context, self.args.slice(1), options.password);
    const record = await withAdmin(context, async (admin) => {
      // Before anybody types a password for an account that is not there.
      mustSucceed(context, await admin.showAccount(address));
      return setSecret(context, admin, address, await readSecret(context, address, options));
    });
    show(context, record, () => say('account.password-set', { name: record.id }));
  });
}

/** Words too many, and `--password secret`, are let through so that the mistake can be explained. */
function withSecretOptions(command: Command, { say }: CommandContext): Command {
  return command
    .argument('<account>', say('argument.account'))
    .allowExcessArguments()
    .option('--password-stdin', say('account.option.password-stdin'))
    .option('--hash-stdin', say('account.option.hash-stdin'))
    .addOption(new Option('--password [secret]').hideHelp());
}

async function addWithSecret(
  context: CommandContext,
  admin: DirectoryAdmin,
  address: string,
  secret: GivenSecret,
  settings: AccountSettings,
) {
  const password = secret.kind === 'password' ? secret.password : undefined;
  const record = mustSucceed(context, await admin.addAccount(address, password, settings));
  if (secret.kind !== 'hash') return record;
  const hashed = await admin.setPasswordHash(address, secret.hash);
  // An account that was asked for with a hash is not left behind without one.
  if (!hashed.ok) await admin.removeAccount(address);
  return mustSucceed(context, hashed);
}

async function setSecret(context: CommandContext, admin: DirectoryAdmin, address: string, secret: GivenSecret) {
  if (secret.kind === 'none') throw new CommandFailure(EXIT.usage, context.say('account.password-needed'));
  const outcome =
    secret.kind === 'password'
      ? await admin.setPassword(address, secret.password)
      : await admin.setPasswordHash(address, secret.hash);
  return mustSucceed(context, outcome);
}

function settingsOf(context: CommandContext, options: SettingOptions): AccountSettings {
  const disabled = pickSwitch(context, options);
  const quotaBytes = options.quota === undefined ? undefined : parseSize(options.quota);
  if (options.quota !== undefined && quotaBytes === undefined) {
    throw new CommandFailure(EXIT.data, context.say('account.quota-malformed', { given: options.quota }));
  }
  return {
    ...(options.name !== undefined && { displayName: options.name }),
    ...(quotaBytes !== undefined && { quotaBytes }),
    ...(disabled !== undefined && { disabled }),
    ...(options.addAddress !== undefined && { addAddresses: options.addAddress }),
    ...(options.removeAddress !== undefined && { removeAddresses: options.removeAddress }),
  };
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
