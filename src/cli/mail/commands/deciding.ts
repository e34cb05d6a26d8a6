// Commands that say what becomes of messages when the folder is left.

import type { Box } from '../box.ts';
import type { Action } from '../command.ts';
import type { CommandEnd } from '../command-end.ts';
import type { ListedMessage } from '../listed-message.ts';
import { findDefault } from '../message-list.ts';
import { print } from '../session.ts';
import { showMessages } from './showing.ts';

/** Each in turn, the last of them the current one. */
function ofEach(change: (message: ListedMessage) => void): Action {
  return {
    kind: 'messages',
    run(_, box, numbers) {
      changeEach(box, numbers, change);
      return 'done';
    },
  };
}

function changeEach(box: Box, numbers: readonly number[], change: (message: ListedMessage) => void): void {
  for (const message of box.pick(numbers)) change(message);
  box.dot = numbers.at(-1) ?? box.dot;
}

export const remove: Action = {
  kind: 'messages',
  run(_, box, numbers) {
    removeAll(box, numbers);
    return 'done';
  },
};

/** `dp`: shows the next one. */
export const removeAndShow: Action = {
  kind: 'messages',
  async run(session, box, numbers): Promise<CommandEnd> {
    const before = box.dot;
    if (!removeAll(box, numbers)) print(session, 'mail.no-more-messages');
    else if (box.dot > before)
      return await showMessages(session, box, [box.dot], { isWhole: false, pager: 'when-long' });
    else print(session, 'mail.at-end');
    return 'done';
  },
};

/** False where none is left. */
function removeAll(box: Box, numbers: readonly number[]): boolean {
  changeEach(box, numbers, (message) => {
    message.touch();
    message.fate = 'deleted';
  });
  const nearest = findDefault(box.messages, box.dot, false);
  box.dot = nearest || 1;
  return nearest > 0;
}

export const restore: Action = {
  kind: 'messages',
  ofDeleted: true,
  run(_, box, numbers) {
    changeEach(box, numbers, (message) => {
      message.touch();
      if (message.isDeleted) message.fate = 'undecided';
    });
    return 'done';
  },
};

/** `hold`, `preserve`: stays where it is. */
export const preserve: Action = {
  kind: 'messages',
  run(session, box, numbers) {
    if (box.isFile) {
      print(session, 'mail.no-preserve-in-files');
      return 'failed';
    }
    changeEach(box, numbers, (message) => {
      message.fate = 'preserved';
    });
    return 'done';
  },
};

/** `mbox`: goes to `~/mbox`, even where `hold` is set. */
export const toMbox: Action = ofEach((message) => {
  message.isTouched = true;
  message.fate = 'mbox';
});

export const touch: Action = ofEach((message) => {
  message.isTouched = true;
  if (message.fate === 'preserved') message.fate = 'undecided';
});

export const unread: Action = ofEach((message) => {
  message.isRead = false;
  message.isTouched = false;
  message.isStatusChanged = true;
});

export const markNew: Action = ofEach((message) => {
  message.isRead = false;
  message.isNew = true;
  message.isTouched = false;
  message.isStatusChanged = true;
  if (message.fate === 'mbox') message.fate = 'undecided';
});
