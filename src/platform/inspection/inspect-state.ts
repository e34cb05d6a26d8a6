// Looks at a whole state, part after part, and changes nothing. Beside a running server a look may fall into the middle
// of a delivery: what is found in an account then counts only when it is found again a moment later.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
  inspectReports,
  inspectTlsResults,
  listAccounts,
} from './inspect-databases.ts';
import { type CertificatePair, inspectCertificate, inspectSecrets, ownCertificates } from './inspect-secrets.ts';

export interface InspectedState {
  readonly folder: string;
  /** Where virtual mail lies. */
  readonly mailBase: string;
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
  yield* findSetAside(folder);
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

/** What a server has set aside waits for somebody to look at it. */
function* findSetAside(folder: string): Generator<Finding> {
  for (const below of ['', 'journal']) {
    const names = namesIn(join(folder, below)).filter((name) => /\.(?:broken|damaged)/.test(name));
    for (const name of names) yield { code: 'set-aside', path: join(folder, below, name) };
  }
}

async function* inspectAccounts(state: InspectedState, promised: ReadonlySet<string>): AsyncGenerator<Finding> {
  const accounts = listInspected(state, promised);
  const again: InspectedAccount[] = [];
  for (const [at, account] of accounts.entries()) {
    const findings = [...inspectAccount(account)];
    if (findings.length > 0 && state.settleMs > 0) again.push(account);
    else yield* findings;
    state.progress(at + 1, accounts.length);
    // A signal, or the end of the reader, gets a word in.
    await delay(0);
  }
  if (again.length > 0) await delay(state.settleMs);
  for (const account of again) yield* inspectAccount(account);
  const homes = new Set(accounts.map(({ home }) => home));
  for (const home of listHomes(state.mailBase)) {
    if (!homes.has(home)) yield { code: 'home-without-account', path: home };
  }
}

function listInspected({ folder, mailBase }: InspectedState, promised: ReadonlySet<string>): InspectedAccount[] {
  const owner = statSync(folder).uid;
  return listAccounts(join(folder, 'directory.db')).map((address) => {
    const path = accountPath(address as AccountId);
    return { home: join(mailBase, path), indexFile: join(folder, 'index', `${path}.db`), owner, promised };
  });
}

function listHomes(mailBase: string): string[] {
  return namesIn(mailBase).flatMap((domain) => {
    const path = join(mailBase, domain);
    return statSync(path).isDirectory() ? namesIn(path).map((user) => join(path, user)) : [];
  });
}
