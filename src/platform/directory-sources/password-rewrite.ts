// Another password in a passwd-file: under Dovecot's kind of lock beside it, on what the file says then, as a whole or not at
// all. Every other line and column stays as it is.

import { WorldError } from '#base/world-error.ts';
import { parsePasswdLine, replacePassword } from '#mail/directory-sources/passwd-line.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { type Guard, readGuarded } from './guarded-file.ts';

/** Columns of a new line of a shadow file: user, password, and six that say nothing. */
const EMPTY_COLUMNS = ':::::::';

export interface PasswordRewrite {
  readonly path: string;
  readonly guard: Guard;
  readonly hash: string;
  /** Whether this is the account's line, by its first column. */
  readonly isOwn: (user: string) => boolean;
  /** The name of a line that is added where there is none; without it none is. */
  readonly newUser?: string;
}

/** False where the account has no line. Throws WorldError. */
export async function rewritePassword({ path, guard, hash, isOwn, newUser }: PasswordRewrite): Promise<boolean> {
  try {
    return await withDotlock(`${path}.lock`, async () => {
      const text = await readGuarded(path, guard);
      const rewritten = replaceLine(text ?? '', { hash, isOwn, newUser });
      if (rewritten === undefined) return false;
      writeAtomically(path, rewritten, text === undefined ? undefined : path);
      return true;
    });
  } catch (cause) {
    if (cause instanceof WorldError || errnoOf(cause) === undefined) throw cause;
    throw new WorldError(`write ${path}`, { transient: true, cause });
  }
}

function replaceLine(
  text: string,
  { hash, isOwn, newUser }: Pick<PasswordRewrite, 'hash' | 'isOwn'> & { readonly newUser: string | undefined },
): string | undefined {
  let isReplaced = false;
  const lines = text.split('\n').map((line) => {
    const entry = parsePasswdLine(line);
    if (isReplaced || !entry.ok || entry.value === undefined || !isOwn(entry.value.user)) return line;
    isReplaced = true;
    return replacePassword(line, hash);
  });
  if (isReplaced) return lines.join('\n');
  if (newUser === undefined) return undefined;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${newUser}:${hash}${EMPTY_COLUMNS}\n`;
}
