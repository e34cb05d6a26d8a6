// The homes of virtual mail: each belongs to the server with all that is in it, and is open to nobody else but its group.

import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import { type DoctorFinding, found, type Repair } from '#mail/doctor/finding.ts';
import { isMissing } from '#platform/files/errno.ts';
import { formatMode } from '#platform/inspection/inspect-secrets.ts';
import type { OwnUser } from './own-user.ts';

const OTHERS = 0o007;
const OWNER = 0o700;
const OWNER_OF_FILE = 0o600;
const ROOT = 0;
const PERMISSIONS = 0o777;
/** Of a home; what belongs to others in it goes level by level. */
const DEEPEST = 20;

export interface HomesView {
  readonly findings: readonly DoctorFinding[];
  /** Besides those that findings bear: one for each file of somebody else. */
  readonly repairs: readonly Repair[];
}

/** What the settings say of the files among the homes; without them there is nothing but folders. */
export interface FilesOfSettings {
  /** virtual_mailbox_maps may name mboxes there. */
  readonly mayBeMboxes: boolean;
  /** `passwd`, `shadow`: files of a `[[directory]]`, which may be root's. */
  readonly accountFiles: ReadonlySet<string>;
}

interface View extends FilesOfSettings {
  readonly base: string;
  readonly own: OwnUser;
}

const NO_FILES: FilesOfSettings = { mayBeMboxes: false, accountFiles: new Set() };

export function examineHomes(base: string, own: OwnUser, files: FilesOfSettings = NO_FILES): HomesView {
  const view = { ...files, base, own };
  const findings: DoctorFinding[] = [];
  const repairs: Repair[] = [];
  let homes = 0;
  for (const domain of foldersIn(base)) {
    const folder = join(base, domain);
    const refused = unlessRefused(folder, () => {
      for (const { name } of entriesOf(folder)) {
        homes += 1;
        const foreign: Repair[] = [];
        findings.push(...examineHome(view, join(folder, name), foreign));
        // A home may hold more files than a call takes arguments.
        for (const repair of foreign) repairs.push(repair);
      }
    });
    findings.push(...refused);
  }
  if (findings.length === 0) findings.push(found('homes-fine', base, { accounts: homes }));
  return { findings, repairs };
}

function examineHome(view: View, home: string, foreign: Repair[]): DoctorFinding[] {
  const stat = lstatSync(home, { throwIfNoEntry: false });
  if (stat === undefined || isAccountFile(view, home, stat)) return [];
  const isMbox = view.mayBeMboxes && stat.isFile();
  if (!stat.isDirectory() && !isMbox) return [found('home-no-folder', home)];
  const findings = judgeMode(view.base, home, stat);
  const refused = unlessRefused(home, () => collectForeign(view, home, foreign, 0));
  const example = foreign[0]?.path;
  if (example !== undefined) {
    const owner = `${view.own.uid}:${view.own.gid}`;
    findings.push(found('home-owner', home, { count: foreign.length, example, owner }));
  }
  // Why it cannot be looked into is said by its mode.
  return findings.some(({ rule }) => rule === 'home-shut') ? findings : [...findings, ...refused];
}

/** What we may not look into hides nothing beside it. */
function unlessRefused(path: string, look: () => void): DoctorFinding[] {
  try {
    look();
    return [];
  } catch (error) {
    return [found('not-examined', path, { reason: messageOf(error) })];
  }
}

function isAccountFile({ accountFiles }: View, path: string, stat: Stats): boolean {
  return stat.isFile() && accountFiles.has(basename(path));
}

function judgeMode(base: string, path: string, stat: Stats): DoctorFinding[] {
  const needed = stat.isDirectory() ? OWNER : OWNER_OF_FILE;
  const { mode } = stat;
  const wanted = ((mode & PERMISSIONS) | needed) & ~OTHERS;
  const isShut = (mode & needed) !== needed;
  if (!isShut && (mode & OTHERS) === 0) return [];
  const values = { mode: formatMode(mode), wanted: formatMode(wanted) };
  return [found(isShut ? 'home-shut' : 'home-open', path, values, { kind: 'mode', base, path, mode: wanted })];
}

/** Links are looked at, never followed. */
function collectForeign(view: View, path: string, foreign: Repair[], depth: number): void {
  const { base, own } = view;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const isRootsOwn = stat.uid === ROOT && isAccountFile(view, path, stat);
  if (stat.uid !== own.uid && !isRootsOwn) foreign.push({ kind: 'owner', base, path, ...own });
  if (!stat.isDirectory() || depth >= DEEPEST) return;
  for (const { name } of entriesOf(path)) collectForeign(view, join(path, name), foreign, depth + 1);
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
