// The mboxes of the machine's users: each is its user's, and at most its group's. Only with `system_users`.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { type DoctorFinding, found } from '#mail/doctor/finding.ts';
import { namesIn } from '#platform/files/names-in.ts';
import { formatMode } from '#platform/inspection/inspect-secrets.ts';

const OTHERS = 0o007;
const PERMISSIONS = 0o777;

export function examineSpool(folder: string): DoctorFinding[] {
  let mboxes = 0;
  const findings: DoctorFinding[] = [];
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    // Virtual mail may lie in a folder here; its homes are looked at by themselves.
    if (!stat?.isFile() || name.endsWith('.lock')) continue;
    mboxes += 1;
    if ((stat.mode & OTHERS) === 0) continue;
    const mode = stat.mode & PERMISSIONS & ~OTHERS;
    const values = { mode: formatMode(stat.mode), wanted: formatMode(mode) };
    findings.push(found('home-open', path, values, { kind: 'mode', base: folder, path, mode }));
  }
  return findings.length > 0 ? findings : [found('spool-fine', folder, { mboxes })];
}
