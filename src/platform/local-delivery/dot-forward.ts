// Reads `~/.forward+EXTENSION`, or else `~/.forward`, as its user. A file that others could have written is not obeyed but
// passed over, as with Postfix; one that cannot be read at all puts the mail off.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutByteOrderMark } from '#base/byte-order-mark.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { AliasTarget } from '#mail/routing/aliases/alias-target.ts';
import { parseAliasTargets } from '#mail/routing/aliases/parse-alias-targets.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { deferred, faultOf, type MailboxFault } from '#platform/mbox/mailbox-fault.ts';
import { MOST_FORWARDS } from './delivery-answer.ts';

export interface ForwardOwner {
  readonly home: string;
  readonly uid: number;
  /** The user's own group. */
  readonly gid: number;
}

const LONGEST_FORWARD_BYTES = 256 * 1024;
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Where to look, the best first. */
export function forwardPaths(home: string, delimiter: string, extension: string | undefined): string[] {
  const plain = join(home, '.forward');
  const mayBeFileName = extension !== undefined && extension !== '' && !/[/\0]/.test(extension);
  return mayBeFileName && delimiter !== '' ? [`${plain}${delimiter.charAt(0)}${extension}`, plain] : [plain];
}

/** No targets: there is no such file, or it is empty, or not to be obeyed. */
export async function readForward(
  paths: readonly string[],
  owner: ForwardOwner,
): Promise<Result<readonly AliasTarget[], MailboxFault>> {
  for (const path of paths) {
    const targets = await readTargets(path, owner);
    if (!targets.ok || targets.value.length > 0) return targets;
  }
  return ok([]);
}

/** Of a `~/.forward`, or of an `:include:` file that it names. */
export async function readTargets(
  path: string,
  owner: ForwardOwner,
): Promise<Result<readonly AliasTarget[], MailboxFault>> {
  const text = await readObeyedFile(path, owner);
  if (!text.ok) return text;
  const targets = parseAliasTargets(text.value, MOST_FORWARDS);
  if (targets.ok) return targets;
  const { line, column, text: mistake } = targets.error;
  return err(deferred('4.3.5', `${path}:${line}:${column}: ${mistake}`));
}

async function readObeyedFile(path: string, owner: ForwardOwner): Promise<Result<string, MailboxFault>> {
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (cause) {
    const isAbsent = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(cause) ?? '');
    return isAbsent ? ok('') : err(faultOf(`cannot read ${path}`, cause));
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile() || !isTrusted(stat, owner)) return ok('');
    if (stat.size > LONGEST_FORWARD_BYTES) return err(deferred('4.3.5', `${path} is too long`));
    return ok(withoutByteOrderMark(await file.readFile('utf8')));
  } catch (cause) {
    return err(faultOf(`cannot read ${path}`, cause));
  } finally {
    await file.close();
  }
}

/** Debian gives each user a group of their own: that one may write. */
function isTrusted(file: { uid: number; gid: number; mode: number }, { uid, gid }: ForwardOwner): boolean {
  if (file.uid !== uid && file.uid !== 0) return false;
  if ((file.mode & 0o002) !== 0) return false;
  return (file.mode & 0o020) === 0 || file.gid === gid;
}
