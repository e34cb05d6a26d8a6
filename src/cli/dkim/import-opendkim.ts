// `valija dkim import`: opens what opendkim.conf names, and hands the keys over one by one. The keys stay where they are;
// ours are copies with the same selectors, so that the records in the DNS stay as they are.

import { createPrivateKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { err, ok, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import type { SigningKeyAdmin, SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import {
  findOtherSettings,
  joinTables,
  type OpenDkimKey,
  type OpenDkimRemark,
  parseHosts,
  parseKeyTable,
  parseSettings,
  parseSigningTable,
  saysYes,
} from './opendkim-tables.ts';

export interface ImportOptions {
  readonly keyTable?: string;
  readonly signingTable?: string;
  readonly trustedHosts?: string;
}

export interface ImportPlan {
  readonly keys: readonly OpenDkimKey[];
  readonly remarks: readonly OpenDkimRemark[];
  /** For `dkim_internal_hosts`; `undefined` where nothing says it. */
  readonly internalHosts: readonly string[] | undefined;
}

export interface ImportOutcome {
  readonly imported: readonly SigningKeyRecord[];
  readonly failed: readonly { readonly key: OpenDkimKey; readonly reason: string }[];
  readonly remarks: readonly OpenDkimRemark[];
  readonly internalHosts: readonly string[] | undefined;
}

/** `file` is opendkim.conf; the options name what it does not, or something else. */
export function planImport(context: CommandContext, file: string | undefined, options: ImportOptions): ImportPlan {
  const folder = file === undefined ? '.' : dirname(resolve(file));
  const settings = file === undefined ? new Map<string, string>() : parseSettings(readText(context, file));
  const read = (given: string | undefined, name: string) => {
    if (given !== undefined) return readText(context, given);
    const dataset = settings.get(name);
    return dataset === undefined ? undefined : readDataset(context, folder, name, dataset);
  };
  const keyTable = read(options.keyTable, 'keytable');
  const signingTable = read(options.signingTable, 'signingtable');
  const hosts = read(options.trustedHosts, 'internalhosts');
  const { networks, remarks } = hosts === undefined ? { networks: undefined, remarks: [] } : parseHosts(hosts);
  const withAllLines = saysYes(settings, 'MultipleSignatures');
  const found =
    keyTable === undefined ? singleKey(settings) : joinKeyTables(keyTable, signingTable ?? '', withAllLines);
  const keys = found.keys.map((key) => (isInline(key) ? key : { ...key, keyFile: resolve(folder, key.keyFile) }));
  if (keys.length === 0 && found.remarks.length === 0) {
    throw new CommandFailure(EXIT.data, context.say('dkim.import.nothing'));
  }
  return { keys, remarks: [...found.remarks, ...remarks, ...findOtherSettings(settings)], internalHosts: networks };
}

export async function importKeys(keys: SigningKeyAdmin, plan: ImportPlan): Promise<ImportOutcome> {
  const imported: SigningKeyRecord[] = [];
  const failed: { key: OpenDkimKey; reason: string }[] = [];
  for (const key of plan.keys) {
    const { author, domain, selector, keyFile } = key;
    const secretKey = isInline(key) ? readInline(keyFile) : readSecret(keyFile);
    if (!secretKey.ok) {
      failed.push({ key, reason: secretKey.error });
      continue;
    }
    const outcome = await keys.importKey({ author, domain, selector, secretKey: secretKey.value });
    if (outcome.ok) imported.push(outcome.value);
    else failed.push({ key, reason: outcome.error.message });
  }
  return { imported, failed, remarks: plan.remarks, internalHosts: plan.internalHosts };
}

function joinKeyTables(
  keyTable: string,
  signingTable: string,
  withAllLines: boolean,
): Pick<ImportPlan, 'keys' | 'remarks'> {
  const { entries, remarks } = parseKeyTable(keyTable);
  const joined = joinTables(entries, parseSigningTable(signingTable), withAllLines);
  return { keys: joined.keys, remarks: [...remarks, ...joined.remarks] };
}

/** Domain, Selector and KeyFile: one key for one domain or some. */
function singleKey(settings: ReadonlyMap<string, string>): Pick<ImportPlan, 'keys' | 'remarks'> {
  const domains = (settings.get('domain') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const selector = settings.get('selector');
  const keyFile = settings.get('keyfile');
  if (selector === undefined || keyFile === undefined) return { keys: [], remarks: [] };
  const named = domains.filter((name) => name !== '');
  return { keys: named.map((domain) => ({ author: domain, domain, selector, keyFile })), remarks: [] };
}

/** `file:`, `refile:`, a path, or a list with commas; what is looked up by a server is asked of that server. */
function readDataset(context: CommandContext, folder: string, name: string, dataset: string): string {
  const [, kind = '', rest = ''] = /^([a-z]+):(.*)$/.exec(dataset) ?? ['', '', dataset];
  if (kind === 'file' || kind === 'refile') return readText(context, resolve(folder, rest));
  if (kind === 'csl') return rest.split(',').join('\n');
  if (kind !== '') throw new CommandFailure(EXIT.data, context.say('dkim.import.dataset', { name, dataset }));
  if (/^\.{0,2}\//.test(rest)) return readText(context, resolve(folder, rest));
  return rest.split(',').join('\n');
}

function readText({ say }: CommandContext, file: string): string {
  if (!existsSync(file)) throw new CommandFailure(EXIT.noInput, say('dkim.import.no-file', { file }));
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = messageOf(cause);
    throw new CommandFailure(EXIT.notPermitted, say('dkim.import.unreadable', { reason }));
  }
}

/** The key itself, as base64 of its DER, stands where others name a file. */
function isInline({ keyFile }: OpenDkimKey): boolean {
  return /^[A-Za-z0-9+/=]{60,}$/.test(keyFile) && !existsSync(keyFile);
}

/** PKCS #8, or else PKCS #1: nothing but the octets says which. */
function readInline(base64: string): Result<string, string> {
  const key = Buffer.from(base64, 'base64');
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return ok(createPrivateKey({ key, format: 'der', type }).export({ type: 'pkcs8', format: 'pem' }).toString());
    } catch {
      // It is of the other kind, or none.
    }
  }
  return err('what stands in the table is no secret key');
}

function readSecret(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (cause) {
    return err(messageOf(cause));
  }
}
