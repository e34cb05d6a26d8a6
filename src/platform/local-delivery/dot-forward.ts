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
    const file = await readFile(path, owner);
    if (!file.ok) return file;
    const targets = file.value.kind === 'obeyed' ? parseFile(path, file.value.text) : ok([]);
    if (!targets.ok || targets.value.length > 0) return targets;
  }
  return ok([]);
}

/** Of an `:include:` file that a `~/.forward` names. Passed over, it would leave mail with nobody. */
export async function readIncluded(
  path: string,
  owner: ForwardOwner,
): Promise<Result<readonly AliasTarget[], MailboxFault>> {
  const file = await readFile(path, owner);
  if (!file.ok) return file;
  if (file.value.kind === 'obeyed') return parseFile(path, file.value.text);
  return err(deferred('4.3.5', `:include:${path} of ~/.forward: ${file.value.reason}`));
}

function parseFile(path: string, text: string): Result<readonly AliasTarget[], MailboxFault> {
  const targets = parseAliasTargets(text, MOST_FORWARDS);
  if (targets.ok) return targets;
  const { line, column, text: mistake } = targets.error;
  return err(deferred('4.3.5', `${path}:${line}:${column}: ${mistake}`));
}

type FileFound =
  | { readonly kind: 'obeyed'; readonly text: string }
  | { readonly kind: 'passed-over'; readonly reason: string };

function passedOver(reason: string): Result<FileFound, never> {
  return ok({ kind: 'passed-over', reason });
}

async function readFile(path: string, owner: ForwardOwner): Promise<Result<FileFound, MailboxFault>> {
  let file: FileHandle;
  try {
    file = await open(path, FLAGS);
  } catch (cause) {
    const isAbsent = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(cause) ?? '');
    return isAbsent ? passedOver('there is no such file') : err(faultOf(`cannot read ${path}`, cause));
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return passedOver('it is no ordinary file');
    if (!isTrusted(stat, owner)) return passedOver('it must be the user’s or root’s, and nobody else may write it');
    if (stat.size > LONGEST_FORWARD_BYTES) return err(deferred('4.3.5', `${path} is too long`));
    return ok({ kind: 'obeyed', text: withoutByteOrderMark(await file.readFile('utf8')) });
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
