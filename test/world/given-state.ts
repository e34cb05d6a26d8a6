// The state that a test's server finds when it starts: configuration, accounts with their passwords, aliases, and the
// messages that lie in inboxes, octet for octet.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withOfflineDirectory } from '#cli/offline-directory.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import { type Config, SERVICES } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openMaildirStore } from '#platform/maildir/maildir-store.ts';
import { LEAST_SECRET_CHARACTERS } from '#platform/passwords/secret.ts';

export interface GivenAccount {
  readonly address: string;
  /** A short one is kept as {PLAIN}: new passwords have a least length, imported ones do not. */
  readonly password: string;
  readonly quotaBytes?: number;
  /** Further addresses of the same account. */
  readonly addresses?: readonly string[];
  readonly inbox?: readonly GivenMessage[];
}

export interface GivenMessage {
  readonly text: string | Buffer;
  readonly internalDateMs?: number;
  /** The bits of `mail/mailboxes/flags.ts`. */
  readonly systemFlags?: number;
}

export interface GivenState {
  /** Lines for the top of valija.toml. */
  readonly settings?: string;
  readonly accounts?: readonly GivenAccount[];
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  /** Domain → the address that gets what no other has. */
  readonly catchAll?: Readonly<Record<string, string>>;
}

/** Writes `valija.toml` into the folder: every service, on ports that the system chooses. */
export function writeConfig(folder: string, settings = ''): { configFile: string; config: Config } {
  const configFile = join(folder, 'valija.toml');
  const listeners = SERVICES.map((service) => `[[listen]]\nservice = "${service}"\nport = 0\n`);
  mkdirSync(folder, { recursive: true });
  // Strangers are asked of a DNS that the test made, or of none.
  const checks = settings.includes('resolver_addresses') ? '' : 'sender_authentication = false\n';
  const name = settings.includes('myhostname') ? '' : 'myhostname = "mail.valija.test"\n';
  writeFileSync(configFile, `${name}${checks}${settings}\n${listeners.join('')}`);
  const config = loadConfig(configFile);
  if (!config.ok) throw new Error(config.error.map(formatComplaint).join('\n'));
  return { configFile, config: config.value };
}

/** Fills an empty state. */
export async function fillState(config: Config, given: GivenState): Promise<void> {
  await withOfflineDirectory(config, (admin) => fillDirectory(admin, given));
  await fillInboxes(config, given.accounts ?? []);
}

async function fillDirectory(admin: DirectoryAdmin, given: GivenState): Promise<void> {
  const accounts = given.accounts ?? [];
  const aliases = Object.entries(given.aliases ?? {});
  const names = [...accounts.map(({ address }) => address), ...aliases.map(([address]) => address)];
  for (const domain of new Set(names.map((name) => name.slice(name.lastIndexOf('@') + 1)))) {
    done(await admin.addDomain(domain, {}));
  }
  await Promise.all(accounts.map((account) => addAccount(admin, account)));
  for (const [address, targets] of aliases) done(await admin.addAlias(address, targets));
  for (const [domain, catchAll] of Object.entries(given.catchAll ?? {})) {
    done(await admin.setDomain(domain, { catchAll }));
  }
}

async function addAccount(admin: DirectoryAdmin, account: GivenAccount): Promise<void> {
  const { address, password, quotaBytes, addresses } = account;
  const settings = {
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
    ...(addresses === undefined ? {} : { addAddresses: addresses }),
  };
  const short = password.length < LEAST_SECRET_CHARACTERS;
  done(await admin.addAccount(address, short ? undefined : password, settings));
  if (short) done(await admin.setPasswordHash(address, `{PLAIN}${password}`));
}

async function fillInboxes(config: Config, accounts: readonly GivenAccount[]): Promise<void> {
  if (accounts.every(({ inbox }) => inbox === undefined)) return;
  await using store = openMaildirStore({
    base: config.virtual_mailbox_base,
    indexBase: join(config.state_directory, 'index'),
    journalFolder: join(config.state_directory, 'journal'),
    log: { write: () => undefined },
  });
  for (const { address, inbox = [] } of accounts) {
    const requests = inbox.map(({ text, internalDateMs = systemClock.nowMs(), systemFlags = 0 }) => ({
      content: memoryContent(Buffer.from(text)),
      prefix: Buffer.alloc(0),
      internalDateMs,
      systemFlags,
      keywords: [],
      mode: 'deliver' as const,
    }));
    if (requests.length > 0) done(await store.append(address as AccountId, 'INBOX', requests));
  }
}

function done(outcome: { ok: true } | { ok: false; error: { message: string } }): void {
  if (!outcome.ok) throw new Error(outcome.error.message);
}
