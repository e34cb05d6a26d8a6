// The user's editor on a piece of text: EDITOR for `e`, VISUAL for `v`.

import { statSync } from 'node:fs';
import { MailFailure } from './failure.ts';
import { findShell } from './file-names.ts';
import { withNamedFile } from './named-file.ts';
import { ScratchFile } from './scratch-file.ts';
import type { Session } from './session.ts';

export type EditorKind = 'e' | 'v';

const EDITORS = { e: ['EDITOR', '/usr/bin/ex'], v: ['VISUAL', '/usr/bin/vi'] } as const;

/** What the file holds afterwards; `undefined` where it was left as it was. The caller's to dispose of. */
export async function editPieces(
  session: Session,
  pieces: Iterable<Buffer>,
  kind: EditorKind,
): Promise<ScratchFile | undefined> {
  const [variable, usual] = EDITORS[kind];
  const editor = session.variables.value(variable) || usual;
  return await withNamedFile(pieces, async (path) => {
    const before = statSync(path, { bigint: true });
    const status = await session.terminal.run(findShell(session), ['-c', `${editor} "$1"`, 'sh', path]);
    if (status !== 0) throw new MailFailure('mail.program-failed', { program: editor, status });
    const after = statSync(path, { bigint: true });
    if (after.mtimeNs === before.mtimeNs && after.size === before.size) return undefined;
    const edited = new ScratchFile();
    edited.appendFile(path);
    return edited;
  });
}
