// CREATE, and CREATE-SPECIAL-USE. RFC 3501 §6.3.3, RFC 6154 §3.

import { ask, completed, type Move, no, refused } from '../move.ts';
import { isSpecialUse, SPECIAL_USES } from '../question.ts';

export function runCreate(command: { readonly mailbox: string; readonly specialUses: readonly string[] }): Move {
  const { specialUses } = command;
  const [specialUse] = specialUses;
  if (specialUses.length > 1) return no('USEATTR', 'A mailbox has at most one special use here');
  if (specialUse !== undefined && !isSpecialUse(specialUse)) {
    return no('USEATTR', `Special uses are ${SPECIAL_USES.join(', ')}`);
  }
  // The separator at the end only says that mailboxes will be made below this one.
  const mailbox = command.mailbox.endsWith('/') ? command.mailbox.slice(0, -1) : command.mailbox;
  return ask<'create'>({ kind: 'create', mailbox, specialUse }, (outcome) =>
    outcome.ok ? completed('CREATE completed') : refused(outcome.error),
  );
}
