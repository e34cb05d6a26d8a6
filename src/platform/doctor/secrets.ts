// Files of the state that hold keys, hashes, or who writes to whom: the server's, and nobody else's.

import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DoctorFinding, found } from '#mail/doctor/finding.ts';
import { namesIn } from '#platform/files/names-in.ts';
import { formatMode } from '#platform/inspection/inspect-secrets.ts';
import type { OwnUser } from './own-user.ts';

const OTHERS = 0o077;
const EVERYBODY = 0o007;
const PERMISSIONS = 0o777;

/** Whole folders, whatever is in them. */
const SECRET_FOLDERS = ['dkim', 'journal', 'queue', 'tls/acme', 'configurations'];
const SECRET_FILES = /\.(?:db|db-wal|db-shm|secret|key)$/;
/** Folders in folders, such as `dkim/DOMAIN`. */
const DEEPEST = 3;

export function examineSecrets(state: string, own: OwnUser): DoctorFinding[] {
  const paths = [
    ...namesIn(state).filter((name) => SECRET_FILES.test(name)),
    ...namesIn(join(state, 'tls'))
      .map((name) => `tls/${name}`)
      .filter((name) => SECRET_FILES.test(name)),
    ...SECRET_FOLDERS.flatMap((folder) => filesBelow(state, folder, 0)),
  ];
  const findings = paths.flatMap((name) => examineFile(state, join(state, name), own));
  return findings.length > 0 ? findings : [found('secrets-fine', state, { count: paths.length })];
}

/** Of an administrator, who may let a group read it; it is for them to change. */
export function examineKeyFile(path: string): DoctorFinding[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.mode & EVERYBODY) === 0) return [];
  const wanted = formatMode(stat.mode & ~EVERYBODY);
  return [found('secret-open', path, { mode: formatMode(stat.mode), wanted })];
}

function examineFile(base: string, path: string, own: OwnUser): DoctorFinding[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return [];
  const findings: DoctorFinding[] = [];
  if ((stat.mode & OTHERS) !== 0) {
    const mode = stat.mode & PERMISSIONS & ~OTHERS;
    const values = { mode: formatMode(stat.mode), wanted: formatMode(mode) };
    findings.push(found('secret-open', path, values, { kind: 'mode', base, path, mode }));
  }
  if (stat.uid !== own.uid) {
    const values = { owner: stat.uid, wanted: own.uid };
    findings.push(found('secret-owner', path, values, { kind: 'owner', base, path, ...own }));
  }
  return findings;
}

function filesBelow(state: string, folder: string, depth: number): string[] {
  if (depth > DEEPEST) return [];
  return namesIn(join(state, folder)).flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(join(state, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) return filesBelow(state, path, depth + 1);
    return stat?.isFile() ? [path] : [];
  });
}
