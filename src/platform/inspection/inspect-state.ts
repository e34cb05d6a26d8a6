// Looks at a whole state, part after part, and changes nothing. Beside a running server a look may fall into the middle
// of a delivery: what is found in an account then counts only when it is found again a moment later.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '#base/thrown.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { namesIn } from '#platform/files/names-in.ts';
import { readSegments } from '#platform/journal/journal-folder.ts';
import { baseNamesOf } from '#platform/journal/journal-record.ts';
import { accountPath } from '#platform/maildir/account-home.ts';
import { NEXT_FOLDER, readStateVersion, STATE_VERSION, VERSION_FILE } from '#platform/state/state-version.ts';
import { type Finding, nameSome } from './finding.ts';
import { type InspectedAccount, inspectAccount } from './inspect-account.ts';
import {
  inspectDirectory,
  inspectGreylist,
  inspectJourneys,
  inspectQueue,
  inspectReports,
  inspectTlsResults,
  listAccounts,
} from './inspect-databases.ts';
import { type CertificatePair, inspectCertificate, inspectSecrets, ownCertificates } from './inspect-secrets.ts';
import { listSetAside } from './set-aside.ts';

export interface InspectedState {
  readonly folder: string;
  /** Where virtual mail lies. */
  readonly mailBase: string;
  /** Tables or other directories may know accounts, too: then a home need not be one of the embedded directory's. */
  readonly hasAccountsElsewhere: boolean;
  /** The configured one; the server's own are found. */
  readonly certificate: CertificatePair | undefined;
  readonly nowMs: number;
  /** How long a delivery may take to be all there; 0 when no server runs. */
  readonly settleMs: number;
  /** Called after each account. */
  progress(done: number, all: number): void;
}

export async function* inspectState(state: InspectedState): AsyncGenerator<Finding> {
  const { folder, nowMs } = state;
  yield* inspectVersion(folder);
  yield* inspectDirectory(join(folder, 'directory.db'));
  yield* inspectQueue(join(folder, 'queue.db'));
  yield* inspectJourneys(join(folder, 'journeys.db'));
  yield* inspectGreylist(join(folder, 'greylist.db'));
  yield* inspectReports(join(folder, 'reports.db'));
  yield* inspectTlsResults(join(folder, 'tls-results.db'));
  yield* inspectSecrets(folder);
  for (const pair of state.certificate === undefined ? ownCertificates(folder) : [state.certificate]) {
    yield* inspectCertificate(pair, nowMs);
  }
  const promised = new Set<string>();
  yield* inspectJournal(join(folder, 'journal'), promised);
  for (const path of listSetAside(folder)) yield { code: 'set-aside', path };
  yield* inspectAccounts(state, promised);
}

function* inspectVersion(folder: string): Generator<Finding> {
  const path = join(folder, VERSION_FILE);
  const found = readStateVersion(folder);
  if (!found.ok) yield { code: 'version-unreadable', path };
  else if (found.value === undefined) yield { code: 'version-missing', path };
  else if (found.value.number > STATE_VERSION) {
    yield { code: 'version-newer', path, detail: `${found.value.number}, Valija ${found.value.writtenBy}` };
  } else if (found.value.number < STATE_VERSION) {
    yield { code: 'version-older', path, detail: String(found.value.number) };
  }
  const next = join(folder, NEXT_FOLDER);
  if (existsSync(next)) yield { code: 'migration-unfinished', path: next };
}

function* inspectJournal(folder: string, promised: Set<string>): Generator<Finding> {
  for (const { segment, records, damage } of readSegments(folder)) {
    for (const { record } of records) for (const base of baseNamesOf(record)) promised.add(base);
    if (damage.length === 0) continue;
    const ranges = damage.map(({ start, end }) => `${start}–${end}`);
    yield { code: 'journal-damaged', path: segment.path, detail: nameSome(ranges) };
  }
}

async function* inspectAccounts(state: InspectedState, promised: ReadonlySet<string>): AsyncGenerator<Finding> {
  const accounts = yield* listInspected(state, promised);
  const again: InspectedAccount[] = [];
  for (const [at, account] of accounts.entries()) {
    const findings = [...inspectAccount(account)];
    if (findings.length > 0 && state.settleMs > 0) again.push(account);
    else yield* findings;
    state.progress(at + 1, accounts.length);
    // A signal, or the end of the reader, gets a word in.
    await nextTurn();
  }
  if (again.length > 0) await delay(state.settleMs);
  for (const account of again) yield* inspectAccount(account);
}

/** Those of the directory, and every other home: mail is mail, whoever knows whose it is. */
function* listInspected(state: InspectedState, promised: ReadonlySet<string>): Generator<Finding, InspectedAccount[]> {
  const { folder, mailBase, hasAccountsElsewhere } = state;
  const owner = statSync(folder).uid;
  const known = listAccounts(join(folder, 'directory.db')).map((address) => accountPath(address as AccountId));
  const accounts = new Set(known);
  for (const path of yield* listHomes(mailBase)) {
    if (accounts.has(path)) continue;
    accounts.add(path);
    if (!hasAccountsElsewhere) yield { code: 'home-without-account', path: join(mailBase, path) };
  }
  return [...accounts].map((path) => {
    return { home: join(mailBase, path), indexFile: join(folder, 'index', `${path}.db`), owner, promised };
  });
}

/** `DOMAIN/USER`. What is no folder is no home: tables may name mboxes and files of passwords there. */
function* listHomes(mailBase: string): Generator<Finding, string[]> {
  const homes: string[] = [];
  for (const domain of foldersIn(mailBase)) {
    const path = join(mailBase, domain);
    try {
      homes.push(...foldersIn(path).map((user) => `${domain}/${user}`));
    } catch (cause) {
      yield { code: 'unreadable', path, detail: messageOf(cause) };
    }
  }
  return homes;
}

function foldersIn(folder: string): string[] {
  return namesIn(folder).filter((name) => isFolder(join(folder, name)));
}

/** A link may lead to a folder elsewhere, or nowhere. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
