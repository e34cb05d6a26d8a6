// SUBSCRIBE and UNSUBSCRIBE. RFC 3501 §6.3.6, §6.3.7.

import { ask, completed, type Move, refused } from '../move.ts';

export function runSubscribe(command: { readonly kind: 'subscribe' | 'unsubscribe'; readonly mailbox: string }): Move {
  const { kind, mailbox } = command;
  return ask<'subscribe'>({ kind: 'subscribe', mailbox, subscribed: kind === 'subscribe' }, (outcome) =>
    outcome.ok ? completed(`${kind.toUpperCase()} completed`) : refused(outcome.error),
  );
}
