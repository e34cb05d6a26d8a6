// Administration in front of the sources: their accounts are listed and shown, with where they come from; a password is
// changed where the source can write, and everything else is refused with where to change it.

import { err, ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { DirectorySource, SourceRecord } from '#mail/directory-sources/directory-source.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { AccountRecord, DirectoryAdmin, DomainRecord } from '#mail/ports/directory-admin.ts';
import { parseDomain } from '#platform/directory/addresses.ts';
import { type Outcome, refuse } from '#platform/directory/refusals.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { parseHash } from '#platform/passwords/schemes.ts';
import { parseNewSecret } from '#platform/passwords/secret.ts';
import { type MeantAddress, meantBy, type SourceWorld } from './joined-directory.ts';
import { hasKeys } from './scram-lookup.ts';

const UNLISTED = 'its settings do not say whom it has (iterate_query)';

export function joinAdmin(embedded: DirectoryAdmin, world: SourceWorld, threads: PasswordThreads): DirectoryAdmin {
  /** What the embedded directory says, unless it has no such account and a source has. */
  const orSource = async (
    address: string,
    said: Outcome<AccountRecord>,
    ofSource: (found: FoundAccount) => Promise<Outcome<AccountRecord>> | Outcome<AccountRecord>,
  ): Promise<Outcome<AccountRecord>> => {
    if (said.ok || said.error.phrase !== 'account-not-found') return said;
    const found = await findAccount(world, address);
    if (found === undefined) return said;
    return found.ok ? await ofSource(found.value) : found;
  };
  const refuseChange = ({ source, record }: FoundAccount) =>
    refuse('account-elsewhere', { address: record.account.id, source: source.name });
  return {
    ...embedded,
    async listDomains() {
      const made = await embedded.listDomains();
      const known = new Set(made.map(({ name }) => name));
      return [...made, ...(await domainsOf(world)).filter(({ name }) => !known.has(name))];
    },
    async showDomain(name) {
      const said = await embedded.showDomain(name);
      const domain = parseDomain(name);
      if (said.ok) return said;
      const record = (await domainsOf(world)).find((one) => one.name === domain);
      return record === undefined ? said : ok(record);
    },
    async listAccounts(domain) {
      const wanted = domain === undefined ? undefined : (parseDomain(domain) ?? domain);
      const records = await embedded.listAccounts(domain);
      const known = new Set(records.map(({ id }) => id));
      for (const source of world.sources()) {
        for (const record of await listSource(source)) {
          if (known.has(record.id) || (wanted !== undefined && record.domain !== wanted)) continue;
          known.add(record.id);
          records.push(record);
        }
      }
      return records;
    },
    async showAccount(address) {
      const said = await embedded.showAccount(address);
      return await orSource(address, said, ({ source, record }) => ok(recordOf(source, record)));
    },
    async setAccount(address, settings) {
      return await orSource(address, await embedded.setAccount(address, settings), refuseChange);
    },
    async removeAccount(address) {
      return await orSource(address, await embedded.removeAccount(address), refuseChange);
    },
    async setPassword(address, password) {
      return await orSource(address, await embedded.setPassword(address, password), async (found) => {
        if (found.source.setPasswordHash === undefined) return refuseChange(found);
        const secret = parseNewSecret(password);
        if (!secret.ok) return refuse(`password-${secret.error}`);
        const hashes = await threads.hash(secret.value);
        if (hashes === 'unavailable') throw new WorldError('hashing a password: too many wait', { transient: true });
        return await setHash(found, hashes.passwordHash);
      });
    },
    async setPasswordHash(address, hash) {
      return await orSource(address, await embedded.setPasswordHash(address, hash), async (found) => {
        const kept = parseHash(hash);
        return kept.ok ? await setHash(found, kept.value.text) : refuse('hash-malformed', { reason: kept.error });
      });
    },
  };

  async function setHash(found: FoundAccount, hash: string): Promise<Outcome<AccountRecord>> {
    const outcome = await found.source.setPasswordHash?.(found.address, hash);
    if (outcome === undefined) return refuseChange(found);
    return outcome.ok ? ok(recordOf(found.source, outcome.value)) : outcome;
  }
}

/** Those that mail goes to by a source; one that has not said yet which it has tells none. */
async function domainsOf({ sources }: SourceWorld): Promise<DomainRecord[]> {
  const unknown = { accounts: undefined, aliases: undefined, createdMs: undefined };
  const records = new Map<string, DomainRecord>();
  for (const source of sources()) {
    for (const name of source.hostsMail ? await ownDomains(source) : []) {
      if (records.has(name)) continue;
      records.set(name, { name, catchAll: undefined, disabled: false, ...unknown, source: source.name });
    }
  }
  return [...records.values()];
}

/** In words of its own: neither those of the embedded directory, nor those that it has not said. */
async function ownDomains(source: DirectorySource): Promise<string[]> {
  try {
    const domains = await source.findDomains();
    return domains === 'hosted' ? [] : [...domains];
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return [];
  }
}

interface FoundAccount extends MeantAddress {
  readonly record: SourceRecord;
}

/** Who administers hears why a source does not answer. */
async function findAccount(world: SourceWorld, text: string): Promise<Outcome<FoundAccount> | undefined> {
  for await (const meant of meantBy(text, world)) {
    try {
      const record = await meant.source.show(meant.address);
      if (record !== undefined) return ok({ ...meant, record });
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return err({ code: 'invalid', message: error.message });
    }
  }
  return undefined;
}

/** One that cannot be asked is a row that says so: it hides nobody else's. */
async function listSource(source: DirectorySource): Promise<AccountRecord[]> {
  if (source.list === undefined) return await outOfSight(source, UNLISTED);
  try {
    return (await source.list()).map((record) => recordOf(source, record));
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    return await outOfSight(source, error.message);
  }
}

async function outOfSight(source: DirectorySource, problem: string): Promise<AccountRecord[]> {
  const domains = await ownDomains(source);
  return (domains.length === 0 ? ['*'] : domains).map((domain) => {
    const id = `*@${domain}` as AccountId;
    const account = { id, displayName: undefined, addresses: [id], disabled: false, quotaBytes: 0 };
    return recordOf(source, { account, passwordScheme: undefined, problem });
  });
}

function recordOf({ name }: DirectorySource, { account, passwordScheme, problem }: SourceRecord): AccountRecord {
  return {
    ...account,
    domain: account.id.slice(account.id.lastIndexOf('@') + 1),
    createdMs: undefined,
    passwordScheme,
    scram: hasKeys(passwordScheme),
    source: name,
    problem,
  };
}
