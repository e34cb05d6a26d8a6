// How the directory's records look to a person.

import type { AccountRecord, AliasRecord, DomainRecord } from '#mail/ports/directory-admin.ts';
import type { CommandContext } from './command-context.ts';
import { formatMoment } from './output/moment.ts';
import { formatSize } from './output/size.ts';
import { type Column, formatFields, formatTable } from './output/table.ts';

export function formatDomains({ say }: CommandContext, domains: readonly DomainRecord[]): string {
  const hasSources = domains.some(({ source }) => source !== undefined);
  const columns: Column[] = [
    { title: say('field.domain') },
    { title: say('field.accounts'), align: 'right' },
    { title: say('field.aliases'), align: 'right' },
    { title: say('field.state') },
    ...(hasSources ? [{ title: say('field.source') }] : []),
    { title: say('field.catch-all') },
  ];
  const rows = domains.map((domain) => [
    domain.name,
    String(domain.accounts ?? '–'),
    String(domain.aliases ?? '–'),
    say(domain.disabled ? 'state.disabled' : 'state.enabled'),
    ...(hasSources ? [domain.source ?? say('source.embedded')] : []),
    domain.catchAll ?? '',
  ]);
  return formatTable(columns, rows);
}

export function formatDomain(context: CommandContext, domain: DomainRecord): string {
  const { say } = context;
  return formatFields([
    [say('field.domain'), domain.name],
    [say('field.state'), say(domain.disabled ? 'state.disabled' : 'state.enabled')],
    [say('field.catch-all'), domain.catchAll ?? '–'],
    [say('field.accounts'), String(domain.accounts ?? '–')],
    [say('field.aliases'), String(domain.aliases ?? '–')],
    ...(domain.source === undefined ? [] : [[say('field.source'), domain.source] as const]),
    ...(domain.createdMs ? [[say('field.created'), formatMoment(context, domain.createdMs)] as const] : []),
  ]);
}

export function formatAccounts(context: CommandContext, accounts: readonly AccountRecord[]): string {
  const { say } = context;
  const hasSources = accounts.some(({ source }) => source !== undefined);
  const columns: Column[] = [
    { title: say('field.account') },
    { title: say('field.name') },
    { title: say('field.quota'), align: 'right' },
    { title: say('field.state') },
    ...(hasSources ? [{ title: say('field.source') }] : []),
    { title: say('field.addresses') },
  ];
  const rows = accounts.map((account) => [
    account.id,
    account.displayName ?? '',
    account.quotaBytes === 0 ? say('quota.none') : formatSize(account.quotaBytes),
    stateOf(context, account),
    ...(hasSources ? [account.source ?? say('source.embedded')] : []),
    account.problem ?? account.addresses.slice(1).join(', '),
  ]);
  return formatTable(columns, rows);
}

export function formatAccount(context: CommandContext, account: AccountRecord): string {
  const { say } = context;
  return formatFields([
    [say('field.account'), account.id],
    [say('field.name'), account.displayName ?? '–'],
    [say('field.addresses'), account.addresses.join(', ')],
    [say('field.state'), stateOf(context, account)],
    ...(account.problem ? [[say('field.problem'), account.problem] as const] : []),
    [say('field.quota'), account.quotaBytes === 0 ? say('quota.none') : formatSize(account.quotaBytes)],
    [say('field.password'), formatScheme(context, account)],
    ...(account.source === undefined ? [] : [[say('field.source'), account.source] as const]),
    // The server's JSON has null where it is not known.
    ...(account.createdMs ? [[say('field.created'), formatMoment(context, account.createdMs)] as const] : []),
  ]);
}

function stateOf({ say }: CommandContext, { disabled, problem }: AccountRecord): string {
  if (problem) return say('state.unusable');
  return say(disabled ? 'state.disabled' : 'state.enabled');
}

export function formatAliases({ say }: CommandContext, aliases: readonly AliasRecord[]): string {
  const rows = aliases.map((alias) => [alias.address, alias.targets.join(', ')]);
  return formatTable([{ title: say('field.alias') }, { title: say('field.targets') }], rows);
}

export function formatAlias(context: CommandContext, alias: AliasRecord): string {
  const { say } = context;
  return formatFields([
    [say('field.alias'), alias.address],
    [say('field.targets'), alias.targets.join(', ')],
    [say('field.created'), formatMoment(context, alias.createdMs)],
  ]);
}

function formatScheme({ say }: CommandContext, { passwordScheme: scheme, scram }: AccountRecord): string {
  // The server's JSON has null where there is none.
  if (!scheme) return say('password.none');
  // The keys themselves stand in place of a hash.
  if (scheme === 'SCRAM-SHA-256') return scheme;
  return say(scram ? 'password.with-scram' : 'password.without-scram', { scheme });
}
