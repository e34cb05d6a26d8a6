// Commands that speak of the open folder as a whole, and of the dialogue itself.

import { ownVersion } from '#platform/machine/own-version.ts';
import type { Box } from '../box.ts';
import type { Action } from '../command.ts';
import type { CommandEnd } from '../command-end.ts';
import { expandFileName, findFolderOfFolders } from '../file-names.ts';
import { leaveFolder } from '../leave-folder.ts';
import { openBox } from '../open-folder.ts';
import { print, type Session } from '../session.ts';
import { visibleText } from '../visible-text.ts';
import { listScreen, sayFolder, screenRows } from './listing.ts';

const COMMAND_COLUMNS = 72;

export const quit: Action = { kind: 'nothing', run: ({ sourceDepth }) => (sourceDepth > 0 ? 'failed' : 'left') };
export const exit: Action = { kind: 'nothing', run: ({ sourceDepth }) => (sourceDepth > 0 ? 'failed' : 'exited') };

/** Leaves the folder for another, or says which is open. */
export const folder: Action = {
  kind: 'words',
  most: 1,
  async run(session, [name]): Promise<CommandEnd> {
    const { box } = session;
    if (name === undefined) {
      if (box === undefined) return 'failed';
      sayFolder(session, box, shownName(session, box));
      seeNew(box);
      return 'done';
    }
    const opened = await openBox(session, name);
    if (opened === undefined) return 'failed';
    if (box !== undefined && !(await leaveFolder(session, box))) return 'failed';
    session.previousFolder = box?.folder.path ?? session.previousFolder;
    box?.folder[Symbol.dispose]();
    session.box = opened;
    announce(session, opened);
    return 'done';
  },
};

/** The folder's line, and its list. */
export function announce(session: Session, box: Box): void {
  box.dot = Math.min(box.beginning(1), Math.max(1, box.messages.length));
  sayFolder(session, box, shownName(session, box));
  if (box.messages.length === 0 || session.variables.isSet('noheader')) return;
  box.screen = Math.floor((box.dot - 1) / screenRows(session));
  listScreen(session, box, box.dot);
}

/** `inc`: what came meanwhile. */
export const incorporate: Action = {
  kind: 'nothing',
  async run(session): Promise<CommandEnd> {
    const { box } = session;
    if (box === undefined) return 'failed';
    const before = box.messages.length;
    if ((await box.readNew()) === 0) {
      print(session, 'mail.no-new-mail');
      return 'done';
    }
    sayFolder(session, box, shownName(session, box));
    box.dot = box.beginning(before + 1);
    return 'done';
  },
};

export const version: Action = {
  kind: 'nothing',
  run(session) {
    print(session, 'mail.version', { version: ownVersion() });
    return 'done';
  },
};

export const echo: Action = {
  kind: 'words',
  run(session, words) {
    session.terminal.write(`${visibleText(words.map((word) => expandFileName(session, word)).join(' '))}\n`);
    return 'done';
  },
};

export const help: Action = {
  kind: 'nothing',
  run({ terminal, say }) {
    terminal.write(say('mail.help'));
    return 'done';
  },
};

export const remark: Action = { kind: 'nothing', run: () => 'done' };

/** Names in rows, as wide as a screen. */
export function listCommands(session: Session, names: readonly string[]): void {
  print(session, 'mail.commands-are');
  let columns = 0;
  let text = '';
  for (const [index, name] of names.entries()) {
    columns += name.length + 2;
    if (columns > COMMAND_COLUMNS) {
      text += '\n';
      columns = name.length + 2;
    }
    text += index < names.length - 1 ? `${name}, ` : `${name}\n`;
  }
  session.terminal.write(text);
}

/** `+name` where it lies in the folder of folders. */
function shownName(session: Session, { name }: Box): string {
  const folders = findFolderOfFolders(session);
  return visibleText(
    folders !== undefined && name.startsWith(`${folders}/`) ? `+${name.slice(folders.length + 1)}` : name,
  );
}

function seeNew(box: Box): void {
  for (const message of box.messages) {
    if (!message.isNew) continue;
    message.isNew = false;
    message.isStatusChanged = true;
  }
}
