// Administration of aliases: an address of ours that leads to one or more others, here or anywhere.

import { ok } from '#base/result.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { AliasRecord, DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { claimAddress, findFreeAddress, foldGiven, normaliseTarget } from './address-claims.ts';
import { foldAddress, parseAddress } from './addresses.ts';
import type { DirectoryDatabase } from './database.ts';
import { listInPages } from './listed-pages.ts';
import { type Outcome, refuse } from './refusals.ts';

export type AliasAdmin = Pick<DirectoryAdmin, 'addAlias' | 'listAliases' | 'showAlias' | 'setAlias' | 'removeAlias'>;

const MOST_TARGETS = 1_000;

interface AliasRow {
  readonly id: number;
  readonly address: string;
  readonly created_ms: number;
  /** A JSON array of {localPart, domain}. */
  readonly targets: string;
}

const SELECT_ALIAS = `
  SELECT s.id, s.address, s.created_ms,
         (SELECT json_group_array(json_object('localPart', t.local_part, 'domain', t.domain) ORDER BY t.position)
            FROM alias_targets t WHERE t.alias_id = s.id) AS targets
    FROM aliases s JOIN domains d ON d.id = s.domain_id`;
const ALIAS_BY_ADDRESS = `${SELECT_ALIAS} WHERE s.address = ?`;
const ALIASES_PAGE = `${SELECT_ALIAS}
  WHERE d.name = coalesce(?, d.name) AND s.address > ? ORDER BY s.address LIMIT ?`;
const ADD_ALIAS = 'INSERT INTO aliases (domain_id, address, created_ms) VALUES (?, ?, ?)';
const ADD_TARGET = 'INSERT INTO alias_targets (alias_id, position, local_part, domain) VALUES (?, ?, ?, ?)';
const REMOVE_TARGETS = 'DELETE FROM alias_targets WHERE alias_id = ?';
const REMOVE_ALIAS = 'DELETE FROM aliases WHERE id = ?';

export function aliasAdmin(database: DirectoryDatabase, clock: Clock): AliasAdmin {
  return {
    async addAlias(address, targets) {
      return database.transaction(() => {
        const parsed = parseTargets(database, foldGiven(address), targets);
        if (!parsed.ok) return parsed;
        if (findAlias(database, address) !== undefined) return refuse('alias-exists', { address: foldGiven(address) });
        const free = findFreeAddress(database, address);
        if (!free.ok) return free;
        const id = database.run(ADD_ALIAS, free.value.domainId, free.value.address, clock.nowMs());
        claimAddress(database, free.value, { aliasId: id });
        insertTargets(database, id, parsed.value);
        return showAlias(database, address);
      });
    },

    async listAliases(domain) {
      return await listInPages<AliasRow, AliasRecord>(database, ALIASES_PAGE, domain, aliasRecordOf);
    },

    async showAlias(address) {
      return showAlias(database, address);
    },

    async setAlias(address, targets) {
      return database.transaction(() => {
        const row = findAlias(database, address);
        if (row === undefined) return refuse('alias-not-found', { address: foldGiven(address) });
        const parsed = parseTargets(database, row.address, targets);
        if (!parsed.ok) return parsed;
        database.run(REMOVE_TARGETS, row.id);
        insertTargets(database, row.id, parsed.value);
        return showAlias(database, address);
      });
    },

    async removeAlias(address) {
      return database.transaction(() => {
        const row = findAlias(database, address);
        if (row === undefined) return refuse('alias-not-found', { address: foldGiven(address) });
        database.run(REMOVE_ALIAS, row.id);
        return ok(aliasRecordOf(row));
      });
    },
  };
}

function findAlias(database: DirectoryDatabase, address: string): AliasRow | undefined {
  return database.one<AliasRow>(ALIAS_BY_ADDRESS, foldGiven(address));
}

function showAlias(database: DirectoryDatabase, address: string): Outcome<AliasRecord> {
  const row = findAlias(database, address);
  return row === undefined ? refuse('alias-not-found', { address: foldGiven(address) }) : ok(aliasRecordOf(row));
}

/** Each target once, in the order given. */
function parseTargets(database: DirectoryDatabase, alias: string, texts: readonly string[]): Outcome<AddrSpec[]> {
  const targets = new Map<string, AddrSpec>();
  for (const text of texts) {
    const parsed = parseAddress(text);
    if (!parsed.ok) return refuse('address-malformed', { given: text });
    const target = normaliseTarget(database, parsed.value);
    targets.set(formatAddrSpec(target), target);
  }
  if (targets.size === 0) return refuse('alias-without-targets', { address: alias });
  if (targets.size > MOST_TARGETS) return refuse('alias-too-many-targets', { most: MOST_TARGETS });
  const [first] = targets.values();
  if (targets.size === 1 && first !== undefined && foldAddress(first) === alias) {
    return refuse('alias-to-itself', { address: alias });
  }
  return ok([...targets.values()]);
}

function insertTargets(database: DirectoryDatabase, id: number, targets: readonly AddrSpec[]): void {
  for (const [position, { localPart, domain }] of targets.entries()) {
    database.run(ADD_TARGET, id, position, localPart, domain);
  }
}

function aliasRecordOf(row: AliasRow): AliasRecord {
  const targets = JSON.parse(row.targets) as AddrSpec[];
  return { address: row.address, targets: targets.map(formatAddrSpec), createdMs: row.created_ms };
}
