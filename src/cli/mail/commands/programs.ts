// Commands that give the terminal to another program: a shell, an editor, a lister of folders.

import type { Action } from '../command.ts';
import type { CommandEnd } from '../command-end.ts';
import { editPieces } from '../editors.ts';
import { expandFileName, findFolderOfFolders, findShell } from '../file-names.ts';
import { runShell } from '../run-shell.ts';
import type { Session } from '../session.ts';

export const shellCommand: Action = {
  kind: 'text',
  async run(session, text): Promise<CommandEnd> {
    await runShell(session, text);
    return 'done';
  },
};

export const shell: Action = {
  kind: 'nothing',
  async run(session): Promise<CommandEnd> {
    await session.terminal.run(findShell(session), []);
    session.terminal.write('\n');
    return 'done';
  },
};

export const edit = editing('e');
export const visual = editing('v');

/** What the editor leaves is the message from now on, and in the folder once that is left. */
function editing(kind: 'e' | 'v'): Action {
  return {
    kind: 'messages',
    async run(session, box, numbers): Promise<CommandEnd> {
      const { scratch } = box.folder;
      for (const number of numbers) {
        const [message] = box.pick([number]);
        if (message === undefined) continue;
        box.dot = number;
        message.touch();
        const edited = await editPieces(session, scratch.pieces(message.range), kind);
        if (edited === undefined) continue;
        message.replace(scratch.append(asMessage(message.fromLine, edited.read({ start: 0, end: edited.size }))));
        edited[Symbol.dispose]();
      }
      return 'done';
    },
  };
}

/** Begins with its From_ line and ends with an empty one, whatever an editor did. */
function asMessage(fromLine: string, octets: Buffer): Buffer {
  const from = octets.subarray(0, 5).toString('latin1') === 'From ' ? '' : `${fromLine}\n`;
  const end = octets.subarray(-2).equals(Buffer.from('\n\n')) ? '' : octets.at(-1) === LF ? '\n' : '\n\n';
  return Buffer.concat([Buffer.from(from, 'latin1'), octets, Buffer.from(end)]);
}

const LF = 10;

export const changeFolder: Action = {
  kind: 'words',
  most: 1,
  run(session, [name]) {
    process.chdir(name === undefined ? session.person.home : expandFileName(session, name));
    return 'done';
  },
};

export const folders: Action = {
  kind: 'text',
  run: (session, text) => listFolders(session, text),
};

async function listFolders(session: Session, pattern: string): Promise<CommandEnd> {
  const folder = findFolderOfFolders(session) ?? session.person.home;
  const lister = session.variables.value('LISTER') || '/bin/ls';
  await session.terminal.run(findShell(session), ['-c', `cd -- "$1" && ${lister} ${pattern}`, 'sh', folder]);
  return 'done';
}
