// The homes of virtual mail: each belongs to the server with all that is in it, and is open to nobody else but its group.

import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type DoctorFinding, found, type Repair } from '#mail/doctor/finding.ts';
import { isMissing } from '#platform/files/errno.ts';
import { formatMode } from '#platform/inspection/inspect-secrets.ts';
import type { OwnUser } from './own-user.ts';

const OTHERS = 0o007;
const OWNER = 0o700;
const PERMISSIONS = 0o777;
/** Of a home; what belongs to others in it goes level by level. */
const DEEPEST = 20;

export interface HomesView {
  readonly findings: readonly DoctorFinding[];
  /** Besides those that findings bear: one for each file of somebody else. */
  readonly repairs: readonly Repair[];
}

export function examineHomes(base: string, own: OwnUser): HomesView {
  const findings: DoctorFinding[] = [];
  const repairs: Repair[] = [];
  let homes = 0;
  for (const domain of foldersIn(base)) {
    for (const { name } of entriesOf(join(base, domain))) {
      homes += 1;
      const home = join(base, domain, name);
      const foreign: Repair[] = [];
      findings.push(...examineHome(base, home, own, foreign));
      // A home may hold more files than a call takes arguments.
      for (const repair of foreign) repairs.push(repair);
    }
  }
  if (findings.length === 0) findings.push(found('homes-fine', base, { accounts: homes }));
  return { findings, repairs };
}

function examineHome(base: string, home: string, own: OwnUser, foreign: Repair[]): DoctorFinding[] {
  const stat = lstatSync(home, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [found('home-no-folder', home)];
  const findings = judgeMode(base, home, stat);
  collectForeign(base, home, own, foreign, 0);
  const example = foreign[0]?.path;
  if (example !== undefined) {
    findings.push(found('home-owner', home, { count: foreign.length, example, owner: `${own.uid}:${own.gid}` }));
  }
  return findings;
}

function judgeMode(base: string, home: string, { mode }: Stats): DoctorFinding[] {
  const wanted = ((mode & PERMISSIONS) | OWNER) & ~OTHERS;
  const isShut = (mode & OWNER) !== OWNER;
  if (!isShut && (mode & OTHERS) === 0) return [];
  const values = { mode: formatMode(mode), wanted: formatMode(wanted) };
  return [found(isShut ? 'home-shut' : 'home-open', home, values, { kind: 'mode', base, path: home, mode: wanted })];
}

/** Links are looked at, never followed. */
function collectForeign(base: string, path: string, own: OwnUser, foreign: Repair[], depth: number): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.uid !== own.uid) foreign.push({ kind: 'owner', base, path, ...own });
  if (!stat.isDirectory() || depth >= DEEPEST) return;
  for (const { name } of entriesOf(path)) collectForeign(base, join(path, name), own, foreign, depth + 1);
}

function foldersIn(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** None where it went away meanwhile. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}
