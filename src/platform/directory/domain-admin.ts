// Administration of domains.

import { ok } from '#base/result.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { DirectoryAdmin, DomainRecord } from '#mail/ports/directory-admin.ts';
import { foldAddress, parseAddress, parseDomain } from './addresses.ts';
import type { DirectoryDatabase } from './database.ts';
import { type Outcome, refuse } from './refusals.ts';

export type DomainAdmin = Pick<
  DirectoryAdmin,
  'addDomain' | 'listDomains' | 'showDomain' | 'setDomain' | 'removeDomain'
>;

interface DomainRow {
  readonly id: number;
  readonly name: string;
  readonly catch_all: string | null;
  readonly disabled: number;
  readonly accounts: number;
  readonly aliases: number;
  readonly created_ms: number;
}

const SELECT_DOMAIN = `
  SELECT d.id, d.name, d.disabled, d.created_ms, c.address AS catch_all,
         (SELECT count(*) FROM accounts WHERE domain_id = d.id) AS accounts,
         (SELECT count(*) FROM aliases WHERE domain_id = d.id) AS aliases
    FROM domains d LEFT JOIN accounts c ON c.id = d.catch_all_account_id`;
const DOMAIN_BY_NAME = `${SELECT_DOMAIN} WHERE d.name = ?`;
const ALL_DOMAINS = `${SELECT_DOMAIN} ORDER BY d.name`;
const NAMES = 'SELECT name FROM domains ORDER BY name';
const ADD_DOMAIN = 'INSERT INTO domains (name, catch_all_account_id, created_ms) VALUES (?, ?, ?)';
const SET_CATCH_ALL = 'UPDATE domains SET catch_all_account_id = ? WHERE id = ?';
const SET_DISABLED = 'UPDATE domains SET disabled = ? WHERE id = ?';
const REMOVE_DOMAIN = 'DELETE FROM domains WHERE id = ?';
const FOREIGN_ADDRESS = `
  SELECT x.address, a.address AS account FROM addresses x JOIN accounts a ON a.id = x.account_id
   WHERE x.domain_id = ? AND a.domain_id <> x.domain_id ORDER BY x.id LIMIT 1`;
const ACCOUNT_ID = 'SELECT account_id FROM addresses WHERE address = ? AND account_id IS NOT NULL';

export function domainAdmin(database: DirectoryDatabase, clock: Clock): DomainAdmin {
  return {
    async addDomain(name, settings) {
      const domain = parseDomain(name);
      if (domain === undefined) return refuse('domain-malformed', { given: name });
      return database.transaction(() => {
        if (findDomain(database, domain) !== undefined) return refuse('domain-exists', { domain });
        const catcher = settings.catchAll === undefined ? ok(null) : findCatcher(database, settings.catchAll);
        if (!catcher.ok) return catcher;
        database.run(ADD_DOMAIN, domain, catcher.value, clock.nowMs());
        return showDomain(database, domain);
      });
    },

    async listDomains() {
      return database.all<DomainRow>(ALL_DOMAINS).map(domainRecordOf);
    },

    async showDomain(name) {
      return showDomain(database, name);
    },

    async setDomain(name, settings) {
      return database.transaction(() => {
        const row = findDomain(database, parseDomain(name) ?? '');
        if (row === undefined) return refuse('domain-not-found', { domain: name });
        if (settings.catchAll !== undefined) {
          const catcher = settings.catchAll === null ? ok(null) : findCatcher(database, settings.catchAll);
          if (!catcher.ok) return catcher;
          database.run(SET_CATCH_ALL, catcher.value, row.id);
        }
        if (settings.disabled !== undefined) database.run(SET_DISABLED, settings.disabled ? 1 : 0, row.id);
        return showDomain(database, row.name);
      });
    },

    async removeDomain(name) {
      return database.transaction(() => {
        const row = findDomain(database, parseDomain(name) ?? '');
        if (row === undefined) return refuse('domain-not-found', { domain: name });
        const { accounts, aliases } = row;
        if (accounts + aliases > 0) return refuse('domain-in-use', { domain: row.name, accounts, aliases });
        const foreign = database.one<{ address: string; account: string }>(FOREIGN_ADDRESS, row.id);
        if (foreign !== undefined) return refuse('domain-of-address', { ...foreign });
        database.run(REMOVE_DOMAIN, row.id);
        return ok(domainRecordOf(row));
      });
    },
  };
}

export function domainNames(database: DirectoryDatabase): readonly string[] {
  return database.kept('names of domains', '', () => database.all<{ name: string }>(NAMES).map(({ name }) => name));
}

export function findDomain(database: DirectoryDatabase, name: string): DomainRow | undefined {
  return database.one<DomainRow>(DOMAIN_BY_NAME, name);
}

function showDomain(database: DirectoryDatabase, name: string): Outcome<DomainRecord> {
  const row = findDomain(database, parseDomain(name) ?? '');
  return row === undefined ? refuse('domain-not-found', { domain: name }) : ok(domainRecordOf(row));
}

function findCatcher(database: DirectoryDatabase, text: string): Outcome<number> {
  const address = parseAddress(text);
  if (!address.ok) return refuse('address-malformed', { given: text });
  const row = database.one<{ account_id: number }>(ACCOUNT_ID, foldAddress(address.value));
  return row === undefined ? refuse('catch-all-not-account', { address: text }) : ok(row.account_id);
}

function domainRecordOf(row: DomainRow): DomainRecord {
  return {
    name: row.name,
    catchAll: row.catch_all ?? undefined,
    disabled: row.disabled === 1,
    accounts: row.accounts,
    aliases: row.aliases,
    createdMs: row.created_ms,
  };
}
