// The state itself: of which version, what was set aside, how its journal, queue and databases are.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import { type DoctorFinding, found } from '#mail/doctor/finding.ts';
import { judgeQueue } from '#mail/doctor/queue.ts';
import { namesIn } from '#platform/files/names-in.ts';
import { findPageDamage, openReadOnly } from '#platform/files/read-only-database.ts';
import { nameSome } from '#platform/inspection/finding.ts';
import { listSetAside } from '#platform/inspection/set-aside.ts';
import { readSegments } from '#platform/journal/journal-folder.ts';
import { readStateVersion, STATE_VERSION } from '#platform/state/state-version.ts';

/** What waits to be filed is seconds old: a journal that grows so far tells of filing that fails. */
const LARGE_JOURNAL_BYTES = 1_073_741_824;
/** Its bound is held now and then, not at each write. */
const OVER_BOUND = 1.5;

export function examineVersion(state: string): DoctorFinding[] {
  const version = readStateVersion(state);
  if (!version.ok) return [found('state-unreadable', state)];
  if (version.value === undefined) return [found('state-missing', state)];
  const { number } = version.value;
  const values = { version: number, known: STATE_VERSION };
  const rule = number > STATE_VERSION ? 'state-newer' : number < STATE_VERSION ? 'state-older' : 'state-fine';
  const aside = listSetAside(state).map((path) => found('state-set-aside', path));
  return [found(rule, state, values), ...aside];
}

export function examineJournal(state: string): DoctorFinding[] {
  const folder = join(state, 'journal');
  const findings: DoctorFinding[] = [];
  for (const { segment, damage } of readSegments(folder)) {
    if (damage.length === 0) continue;
    findings.push(
      found('journal-damaged', segment.path, { ranges: nameSome(damage.map(({ start, end }) => `${start}–${end}`)) }),
    );
  }
  const sizeBytes = namesIn(folder).reduce((sum, name) => sum + sizeOf(join(folder, name)), 0);
  if (sizeBytes > LARGE_JOURNAL_BYTES) findings.push(found('journal-large', folder, { sizeBytes }));
  return findings.length > 0 ? findings : [found('journal-fine', folder, { sizeBytes })];
}

/** Throws where this user may not even see whether there is one. */
export function examineQueue(state: string, lifetimeMs: number, nowMs: number): DoctorFinding {
  const file = join(state, 'queue.db');
  if (!isThere(file)) return judgeQueue({ messages: 0, held: 0, oldestMs: undefined, nowMs, lifetimeMs });
  try {
    using database = openReadOnly(file);
    const row = database
      .prepare(
        'SELECT count(*) AS messages, sum(held) AS held, min(iif(held, NULL, arrived_ms)) AS oldest FROM messages',
      )
      .get();
    const oldest = row?.['oldest'];
    return judgeQueue({
      messages: Number(row?.['messages'] ?? 0),
      held: Number(row?.['held'] ?? 0),
      oldestMs: oldest === null || oldest === undefined ? undefined : Number(oldest),
      ...{ nowMs, lifetimeMs },
    });
  } catch (error) {
    return found('queue-unreadable', file, { reason: messageOf(error) });
  }
}

export function examineDatabases(state: string, journeyLimitBytes: number): DoctorFinding[] {
  const files = namesIn(state).filter((name) => name.endsWith('.db'));
  const sizes = files.map((name) => ({
    name,
    sizeBytes: sizeOf(join(state, name)) + sizeOf(join(state, `${name}-wal`)),
  }));
  const findings = [...examineDirectory(join(state, 'directory.db'))];
  const journeys = sizes.find(({ name }) => name === 'journeys.db')?.sizeBytes ?? 0;
  if (journeys > journeyLimitBytes * OVER_BOUND) {
    const values = { sizeBytes: journeys, limitBytes: journeyLimitBytes };
    findings.push(found('database-large', join(state, 'journeys.db'), values));
  }
  if (findings.length > 0) return findings;
  const told = sizes.map(({ name, sizeBytes }) => `${name} ${Math.ceil(sizeBytes / 1024)} KiB`).join(', ');
  return [found('database-fine', state, { sizes: told })];
}

/** Small, and nothing goes without it: all of it is looked at. */
function examineDirectory(file: string): DoctorFinding[] {
  if (!isThere(file)) return [];
  try {
    using database = openReadOnly(file);
    const [damage] = findPageDamage(database, 1);
    return damage === undefined ? [] : [found('database-damaged', file, { reason: damage })];
  } catch (error) {
    return [found('database-damaged', file, { reason: messageOf(error) })];
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
