// `valija dkim …`: the keys that sign the mail of a domain, and what to publish of them.

import { type Command, Option } from 'commander';
import type { SigningKeyAdmin, SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '#protocols/dkim/algorithm.ts';
import type { CommandContext } from './command-context.ts';
import { type ImportOptions, type ImportOutcome, importKeys, planImport } from './dkim/import-opendkim.ts';
import { formatChecked, formatKey, formatKeys, isUnverifiable, keyType, withRecord } from './dkim/key-view.ts';
import { withKeyAdmin } from './dkim/open-key-admin.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { mustSucceed } from './open-admin.ts';
import { formatMoment } from './output/moment.ts';
import { addSubcommand } from './program.ts';
import { show, showList } from './show-record.ts';

const TYPES: Readonly<Record<string, readonly SigningAlgorithm[]>> = {
  both: SIGNING_ALGORITHMS,
  rsa: ['rsa-sha256'],
  ed25519: ['ed25519-sha256'],
};
const RSA_BITS = ['2048', '3072', '4096', '1024'];

export function addDkim(program: Command, context: CommandContext): void {
  const dkim = addSubcommand(program, context, 'dkim', 'dkim.description', 'dkim.examples');
  addGenerate(dkim, context);
  addList(dkim, context);
  addShow(dkim, context);
  addCheck(dkim, context);
  addRotate(dkim, context);
  addImport(dkim, context);
  addRemove(dkim, context);
}

interface GenerateOptions {
  readonly selector?: string;
  readonly type: string;
  readonly bits: string;
  readonly next?: boolean;
}

function addGenerate(dkim: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(dkim, context, 'generate', 'dkim.generate', 'dkim.generate.examples')
    .argument('<domain>', say('argument.domain'))
    .option('--selector <name>', say('dkim.option.selector'))
    .addOption(new Option('--type <type>', say('dkim.option.type')).choices(Object.keys(TYPES)).default('both'))
    .addOption(new Option('--bits <bits>', say('dkim.option.bits')).choices(RSA_BITS).default('2048'))
    .option('--next', say('dkim.option.next'))
    .action(async (domain: string, { selector, type, bits, next }: GenerateOptions) => {
      const algorithms = TYPES[type] ?? SIGNING_ALGORITHMS;
      const wanted = { domain, selector, algorithms, bits: Number(bits), asNext: next === true };
      const made = mustSucceed(context, await withKeyAdmin(context, (keys) => keys.generate(wanted)));
      show(context, made.map(withRecord), () => made.map((key) => formatKey(context, key)).join('\n'));
    });
}

function addList(dkim: Command, context: CommandContext): void {
  addSubcommand(dkim, context, 'list', 'dkim.list', 'dkim.examples')
    .argument('[domain]', context.say('argument.domain'))
    .action(async (domain: string | undefined) => {
      const found = await withKeyAdmin(context, (keys) => keys.list(domain));
      showList(context, found, formatKeys, 'dkim.none');
    });
}

function addShow(dkim: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(dkim, context, 'show', 'dkim.show', 'dkim.show.examples')
    .argument('<domain>', say('argument.domain'))
    .argument('[selector]', say('dkim.argument.selector'))
    .action(async (domain: string, selector: string | undefined) => {
      const all = await withKeyAdmin(context, (keys) => keys.list(domain));
      const found = all.filter((key) => selector === undefined || key.selector === selector);
      if (found.length === 0) throw new CommandFailure(EXIT.noInput, say('dkim.not-found', { domain }));
      show(context, found.map(withRecord), () => found.map((key) => formatKey(context, key)).join('\n'));
    });
}

function addRotate(dkim: Command, context: CommandContext): void {
  addSubcommand(dkim, context, 'rotate', 'dkim.rotate', 'dkim.rotate.examples')
    .argument('<domain>', context.say('argument.domain'))
    .option('--force', context.say('dkim.option.force-rotation'))
    .action(async (domain: string, { force }: { force?: boolean }) => {
      const rotation = await withKeyAdmin(context, (keys) => keys.rotate(domain, force === true));
      const changed = mustSucceed(context, rotation);
      show(context, changed.map(withRecord), () => changed.map((key) => formatTurn(context, key)).join('\n'));
    });
}

/** As opendkim-testkey does; a key that signs and cannot be verified is a failure. */
function addCheck(dkim: Command, context: CommandContext): void {
  addSubcommand(dkim, context, 'check', 'dkim.check', 'dkim.check.examples')
    .argument('<domain>', context.say('argument.domain'))
    .action(async (domain: string) => {
      const checked = mustSucceed(context, await withKeyAdmin(context, (keys) => keys.check(domain)));
      show(context, checked.map(withRecord), () => formatChecked(context, checked));
      if (checked.some(isUnverifiable)) context.exitCode = EXIT.data;
    });
}

/** What a rotation made of a key; a new one is shown with its record. */
function formatTurn(context: CommandContext, key: SigningKeyRecord): string {
  const { say } = context;
  const { selector, status, revokedFromMs } = key;
  const until = revokedFromMs === undefined ? '' : formatMoment(context, revokedFromMs);
  const turn = say(`dkim.turned.${status}`, { selector, type: keyType(key), until });
  return status === 'next' ? `${turn}\n\n${formatKey(context, key)}` : `${turn}\n`;
}

interface OneKeyOptions extends ImportOptions {
  readonly domain?: string;
  readonly selector?: string;
  readonly keyFile?: string;
}

function addImport(dkim: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(dkim, context, 'import', 'dkim.import', 'dkim.import.examples')
    .argument('[opendkim.conf]', say('dkim.argument.opendkim-conf'))
    .option('--key-table <file>', say('dkim.option.key-table'))
    .option('--signing-table <file>', say('dkim.option.signing-table'))
    .option('--trusted-hosts <file>', say('dkim.option.trusted-hosts'))
    .option('--domain <domain>', say('dkim.option.domain'))
    .option('--selector <name>', say('dkim.option.selector-of-key'))
    .option('--key-file <file>', say('dkim.option.key-file'))
    .action(async (file: string | undefined, options: OneKeyOptions) => {
      const outcome = await withKeyAdmin(context, (keys) => runImport(context, keys, file, options));
      const { imported, ...rest } = outcome;
      show(context, { imported: imported.map(withRecord), ...rest }, () => formatImport(context, outcome));
      if (outcome.failed.length > 0) context.exitCode = EXIT.data;
    });
}

async function runImport(
  context: CommandContext,
  keys: SigningKeyAdmin,
  file: string | undefined,
  { domain, selector, keyFile, ...options }: OneKeyOptions,
): Promise<ImportOutcome> {
  if (keyFile === undefined) return await importKeys(keys, planImport(context, file, options));
  if (domain === undefined || selector === undefined) {
    throw new CommandFailure(EXIT.usage, context.say('dkim.import.one-key'));
  }
  const key = { author: domain, domain, selector, keyFile };
  return await importKeys(keys, { keys: [key], remarks: [], internalHosts: undefined });
}

function formatImport(context: CommandContext, outcome: ImportOutcome): string {
  const { say } = context;
  const { imported, failed, remarks, internalHosts } = outcome;
  const hosts = internalHosts?.map((network) => JSON.stringify(network)).join(', ');
  return [
    ...(imported.length === 0 ? [] : [formatKeys(context, imported)]),
    ...failed.map(({ key: { author, selector }, reason }) => say('dkim.import.failed', { author, selector, reason })),
    ...remarks.map(({ kind, ...values }) => say(`dkim.import.remark.${kind}`, values)),
    ...(hosts === undefined ? [] : [say('dkim.import.hosts', { line: `dkim_internal_hosts = [${hosts}]` })]),
  ].join('\n');
}

function addRemove(dkim: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(dkim, context, 'remove', 'dkim.remove', 'dkim.remove.examples')
    .argument('<domain>', say('argument.domain'))
    .argument('<selector>', say('dkim.argument.selector'))
    .option('--force', say('dkim.option.force'))
    .action(async (domain: string, selector: string, { force }: { force?: boolean }) => {
      const removal = await withKeyAdmin(context, (keys) => keys.remove(domain, selector, force === true));
      const record = mustSucceed(context, removal);
      show(context, record, () => say('dkim.removed', { domain, selector }));
    });
}
