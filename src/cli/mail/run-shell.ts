// `!command`: `!` within it is the command before, as in bsd-mailx; `\!` is a plain one.

import { findShell } from './file-names.ts';
import type { Session } from './session.ts';

export async function runShell(session: Session, text: string): Promise<void> {
  const command = text.replace(/\\!|!/g, (sign) => (sign === '!' ? session.lastShellCommand : '!'));
  if (command !== text) session.terminal.write(`!${command}\n`);
  session.lastShellCommand = command;
  await session.terminal.run(findShell(session), ['-c', command]);
  session.terminal.write('!\n');
}
