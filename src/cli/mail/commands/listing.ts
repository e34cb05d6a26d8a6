// Commands that list messages, and move in the list.

import { addressWords, bareAddresses, withoutNames } from '../address-words.ts';
import type { Box } from '../box.ts';
import type { Action } from '../command.ts';
import { formatListLine } from '../list-line.ts';
import type { ListedMessage } from '../listed-message.ts';
import { print, type Session } from '../session.ts';

/** Rows of the screen that the list leaves free. */
const FREE_ROWS = 4;

/** A screen of them, with the first of these messages on it. */
export const headers: Action = {
  kind: 'messages',
  run(session, box, [number = 1]) {
    box.screen = Math.floor((number - 1) / screenRows(session));
    return listScreen(session, box, number) ? 'done' : 'failed';
  },
};

export const scroll: Action = {
  kind: 'text',
  run(session, text) {
    const { box } = session;
    if (box === undefined) return 'failed';
    const last = Math.floor((box.messages.length - 1) / screenRows(session));
    const step = { '': 1, '+': 1, '-': -1 }[text.charAt(0)];
    if (step === undefined) {
      print(session, 'mail.unknown-scroll', { word: text });
      return 'failed';
    }
    const screen = box.screen + step;
    if (screen > last || screen < 0) {
      print(session, screen < 0 ? 'mail.first-screen' : 'mail.last-screen');
      return 'done';
    }
    box.screen = screen;
    return listScreen(session, box, 0) ? 'done' : 'failed';
  },
};

/** False where nothing is left to list. The current message moves to the top of the screen, unless it is the one asked for. */
export function listScreen(session: Session, box: Box, asked: number): boolean {
  const rows = screenRows(session);
  const { messages } = box;
  const first = Math.max(0, box.screen * rows >= messages.length ? messages.length - rows : box.screen * rows);
  if (box.dot !== asked) box.dot = first + 1;
  let listed = 0;
  for (let index = first; index < messages.length && listed < rows; index++) {
    const message = messages[index];
    if (message === undefined || message.isDeleted) continue;
    writeLine(session, box, message, index + 1);
    listed++;
  }
  if (listed === 0) print(session, 'mail.no-more-mail');
  return listed > 0;
}

export const from: Action = {
  kind: 'messages',
  run(session, box, numbers) {
    for (const number of numbers) {
      const [message] = box.pick([number]);
      if (message !== undefined) writeLine(session, box, message, number);
    }
    box.dot = numbers.at(-1) ?? box.dot;
    return 'done';
  },
};

export const showDot: Action = {
  kind: 'nothing',
  run({ box, terminal }) {
    terminal.write(`${box?.dot ?? 0}\n`);
    return 'done';
  },
};

export const size: Action = {
  kind: 'messages',
  run({ terminal }, box, numbers) {
    for (const number of numbers) {
      for (const { lineCount, sizeBytes } of box.pick([number]))
        terminal.write(`${number}: ${lineCount}/${sizeBytes}\n`);
    }
    return 'done';
  },
};

/** `"/var/mail/ana": 3 messages 1 new 2 unread` */
export function sayFolder(session: Session, box: Box, name: string): void {
  const { say, terminal } = session;
  const { messages } = box;
  const count = (isMeant: (message: ListedMessage) => boolean) => messages.filter(isMeant).length;
  const isNew = count((message) => message.isNew);
  const unread = count(({ isRead }) => !isRead);
  const deleted = count(({ isDeleted }) => isDeleted);
  const saved = count(({ fate }) => fate === 'saved');
  const words = [
    messages.length === 1 ? say('mail.one-message') : say('mail.messages', { count: messages.length }),
    ...(isNew > 0 ? [say('mail.count-new', { count: isNew })] : []),
    ...(unread > isNew ? [say('mail.count-unread', { count: unread })] : []),
    ...(deleted > 0 ? [say('mail.count-deleted', { count: deleted })] : []),
    ...(saved > 0 ? [say('mail.count-saved', { count: saved })] : []),
    ...(box.folder.isReadOnly ? [say('mail.mark-read-only')] : []),
  ];
  terminal.write(`"${name}": ${words.join(' ')}\n`);
}

export function screenRows({ variables, terminal }: Session): number {
  return variables.count('screen') ?? Math.max(1, terminal.rows - FREE_ROWS);
}

function writeLine(session: Session, box: Box, message: ListedMessage, number: number): void {
  const options = {
    isDot: box.dot === number,
    width: session.terminal.columns,
    recipient: shownRecipient(session, message),
  };
  session.terminal.write(`${formatListLine(message, number, options)}\n`);
}

/** `showto`: in messages of one's own; `show-rcpt`: in those of others. */
function shownRecipient({ variables, person, alternates }: Session, message: ListedMessage): string | undefined {
  const [own, others] = [variables.isSet('showto'), variables.isSet('show-rcpt')];
  if (!own && !others) return undefined;
  const names = [person.user, ...alternates];
  const isOwn = withoutNames(addressWords(message.sender()), names, variables.isSet('allnet')).length === 0;
  const to = message.field('to');
  return to !== undefined && (isOwn ? own : others) ? bareAddresses(to) : undefined;
}
