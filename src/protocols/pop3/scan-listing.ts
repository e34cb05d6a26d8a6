// LIST and UIDL are one command with two columns: a line for one message, or a line for each. RFC 1939 §5, §7.

import { parseMessageNumber } from './arguments.ts';
import type { Argument } from './command.ts';
import type { DropMessage, Maildrop } from './maildrop.ts';
import { error, listing, ok } from './reply.ts';
import type { TransactionState } from './state.ts';
import { refuse, type Step, say } from './step.ts';

export interface ScanListing {
  readonly verb: 'LIST' | 'UIDL';
  readonly title: (maildrop: Maildrop) => string;
  readonly column: (maildrop: Maildrop, message: DropMessage) => string | number;
}

export function scan(state: TransactionState, argument: Argument, { verb, title, column }: ScanListing): Step {
  const { maildrop } = state;
  const line = (message: DropMessage) => `${message.number} ${column(maildrop, message)}`;
  if (argument === undefined) return say(state, listing(title(maildrop), linesOf(maildrop, line)));
  const number = parseMessageNumber(argument);
  if (number === undefined) return refuse(state, `The form is: ${verb} [message-number]`);
  const message = maildrop.find(number);
  return say(state, message === undefined ? error('No such message') : ok(line(message)));
}

function* linesOf(maildrop: Maildrop, line: (message: DropMessage) => string): Generator<string> {
  for (const message of maildrop.messages()) yield line(message);
}
