// Files of the state that hold keys, hashes, or who writes to whom: the server's, and nobody else's.

import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DoctorFinding, found } from '#mail/doctor/finding.ts';
import { formatMode } from '#platform/inspection/inspect-secrets.ts';
import { secretFilesIn } from '#platform/inspection/secret-files.ts';
import type { OwnUser } from './own-user.ts';

const OTHERS = 0o077;
const EVERYBODY = 0o007;
const PERMISSIONS = 0o777;

export function examineSecrets(state: string, own: OwnUser): DoctorFinding[] {
  const paths = secretFilesIn(state);
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
