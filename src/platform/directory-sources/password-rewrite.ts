// Another password in a passwd-file: under Dovecot's kind of lock beside it, on what the file says then, as a whole or not at
// all. Every other line and column stays as it is.

import { WorldError } from '#base/world-error.ts';
import { parsePasswdLine, replacePassword } from '#mail/directory-sources/passwd-line.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { withDotlock } from '#platform/files/dotlock.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { inTurns } from '#platform/tables/in-turns.ts';
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
      const rewritten = await replaceLine(text ?? '', { hash, isOwn, newUser });
      if (rewritten === undefined) return false;
      writeAtomically(path, rewritten, text === undefined ? undefined : path);
      return true;
    });
  } catch (cause) {
    if (cause instanceof WorldError || errnoOf(cause) === undefined) throw cause;
    throw new WorldError(`write ${path}`, { transient: true, cause });
  }
}

async function replaceLine(
  text: string,
  { hash, isOwn, newUser }: Pick<PasswordRewrite, 'hash' | 'isOwn'> & { readonly newUser: string | undefined },
): Promise<string | undefined> {
  for await (const { start, end } of inTurns(linesOf(text))) {
    const line = text.slice(start, end);
    const entry = parsePasswdLine(line);
    if (!entry.ok || entry.value === undefined || !isOwn(entry.value.user)) continue;
    return text.slice(0, start) + replacePassword(line, hash) + text.slice(end);
  }
  if (newUser === undefined) return undefined;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}${newUser}:${hash}${EMPTY_COLUMNS}\n`;
}

/** Where each line begins and ends, without its line end. */
function* linesOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield { start, end };
    start = end + 1;
  }
}
