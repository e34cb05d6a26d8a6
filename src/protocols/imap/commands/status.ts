// STATUS. RFC 3501 §6.3.10, RFC 8438 (SIZE), RFC 7889 §3.1 (APPENDLIMIT).

import { unreachable } from '#base/unreachable.ts';
import type { StatusItem } from '../command.ts';
import { formatStatusData } from '../format/mailbox-data.ts';
import { ask, completed, type Move, refused } from '../move.ts';
import type { MailboxNumbers } from '../question.ts';
import type { ServerFacts } from '../server-facts.ts';
import type { LiveState } from '../state.ts';

export function runStatus(
  { mailbox, items }: { readonly mailbox: string; readonly items: readonly StatusItem[] },
  { facts }: LiveState,
): Move {
  return ask<'status'>({ kind: 'status', mailbox }, (outcome) => {
    if (!outcome.ok) return refused(outcome.error);
    return completed('STATUS completed', { untagged: [formatStatus(mailbox, items, outcome.value, facts)] });
  });
}

export function formatStatus(
  mailbox: string,
  items: readonly StatusItem[],
  numbers: MailboxNumbers,
  facts: ServerFacts,
): string {
  const values = items.map((item) => [item, numberFor(item, numbers, facts)] as const);
  return formatStatusData(mailbox, values, 'modified-utf7');
}

function numberFor(item: StatusItem, numbers: MailboxNumbers, facts: ServerFacts): number {
  switch (item) {
    case 'MESSAGES':
      return numbers.messages;
    case 'RECENT':
      return numbers.recent;
    case 'UIDNEXT':
      return numbers.uidNext;
    case 'UIDVALIDITY':
      return numbers.uidValidity;
    case 'UNSEEN':
      return numbers.unseen;
    case 'DELETED':
      return numbers.deleted;
    case 'SIZE':
      return numbers.sizeBytes;
    case 'HIGHESTMODSEQ':
      return numbers.highestModSeq;
    case 'APPENDLIMIT':
      return facts.appendLimitBytes;
    default:
      return unreachable(item);
  }
}
