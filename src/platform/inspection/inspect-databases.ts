// The directory, the queue, the journeys, the greylist, the reports and the results of TLS: whole, of a version known here, and true to the promises of the
// directory's schema.

import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '#base/thrown.ts';
import { MIGRATIONS } from '#platform/directory/schema.ts';
import { findPageDamage, openReadOnly, schemaVersionOf } from '#platform/files/read-only-database.ts';
import { GREYLIST_VERSION } from '#platform/greylist/greylist-database.ts';
import { JOURNEYS_VERSION } from '#platform/journeys/journey-schema.ts';
import { QUEUE_VERSION } from '#platform/queue-store/schema.ts';
import { REPORTS_VERSION } from '#platform/reports/report-schema.ts';
import { RESULTS_VERSION } from '#platform/tls-reports/result-database.ts';
import type { Finding, FindingCode } from './finding.ts';
import { EXAMPLES, nameSome } from './finding.ts';

/** What must not be found in the directory. Each query gives the names of what breaks a promise. */
const DIRECTORY_PROMISES: readonly (readonly [code: FindingCode, query: string])[] = [
  [
    'directory-address-missing',
    `SELECT address AS name FROM accounts WHERE NOT EXISTS
       (SELECT 1 FROM addresses WHERE addresses.address = accounts.address AND account_id = accounts.id)
     UNION ALL SELECT address FROM aliases WHERE NOT EXISTS
       (SELECT 1 FROM addresses WHERE addresses.address = aliases.address AND alias_id = aliases.id)`,
  ],
  [
    'directory-address-domain',
    `SELECT address AS name FROM addresses JOIN domains ON domains.id = domain_id
     WHERE substr(address, -length(domains.name) - 1) <> '@' || domains.name`,
  ],
  ['directory-alias-empty', 'SELECT address AS name FROM aliases WHERE id NOT IN (SELECT alias_id FROM alias_targets)'],
  ['directory-reference', `SELECT "table" || ' ' || coalesce(rowid, '') AS name FROM pragma_foreign_key_check`],
];

export function* inspectDirectory(file: string): Generator<Finding> {
  if (!existsSync(file) || statSync(file).size === 0) {
    yield { code: 'directory-missing', path: file };
    return;
  }
  yield* inspectDatabase(file, { damaged: 'directory-damaged', newer: 'directory-newer' }, MIGRATIONS.length, promises);
}

export function* inspectQueue(file: string): Generator<Finding> {
  if (!existsSync(file)) return;
  yield* inspectDatabase(file, { damaged: 'queue-damaged', newer: 'queue-newer' }, QUEUE_VERSION);
}

export function* inspectJourneys(file: string): Generator<Finding> {
  if (!existsSync(file)) return;
  yield* inspectDatabase(file, { damaged: 'journeys-damaged', newer: 'journeys-newer' }, JOURNEYS_VERSION);
}

export function* inspectGreylist(file: string): Generator<Finding> {
  if (!existsSync(file)) return;
  yield* inspectDatabase(file, { damaged: 'greylist-damaged', newer: 'greylist-newer' }, GREYLIST_VERSION);
}

export function* inspectReports(file: string): Generator<Finding> {
  if (!existsSync(file)) return;
  yield* inspectDatabase(file, { damaged: 'reports-damaged', newer: 'reports-newer' }, REPORTS_VERSION);
}

export function* inspectTlsResults(file: string): Generator<Finding> {
  if (!existsSync(file)) return;
  yield* inspectDatabase(file, { damaged: 'tls-results-damaged', newer: 'tls-results-newer' }, RESULTS_VERSION);
}

/** All accounts, in order; none where the directory cannot be read. */
export function listAccounts(file: string): string[] {
  try {
    const database = openReadOnly(file);
    try {
      const rows = database.prepare('SELECT address FROM accounts ORDER BY address').all();
      return rows.map((row) => String(row['address']));
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}

function* inspectDatabase(
  path: string,
  codes: { readonly damaged: FindingCode; readonly newer: FindingCode },
  known: number,
  further: (database: DatabaseSync, path: string) => Iterable<Finding> = () => [],
): Generator<Finding> {
  let database: DatabaseSync | undefined;
  try {
    database = openReadOnly(path);
    const version = schemaVersionOf(database);
    if (version > known) {
      yield { code: codes.newer, path, detail: String(version) };
      return;
    }
    const damage = findPageDamage(database, EXAMPLES + 1);
    if (damage.length > 0) yield { code: codes.damaged, path, detail: nameSome(damage).replaceAll('\n', ' ') };
    yield* further(database, path);
  } catch (cause) {
    yield { code: codes.damaged, path, detail: messageOf(cause) };
  } finally {
    database?.close();
  }
}

function* promises(database: DatabaseSync, path: string): Generator<Finding> {
  for (const [code, query] of DIRECTORY_PROMISES) {
    const names = database
      .prepare(query)
      .all()
      .map(({ name }) => String(name));
    if (names.length > 0) yield { code, path, detail: nameSome(names) };
  }
}
