// STATUS and its items, which LIST may ask for too. RFC 3501 §6.3.10, §9 (status-att) and the extensions that
// `StatusItem` names.

import type { Command, StatusItem } from '../command.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectMailbox } from './mailbox.ts';
import { takeLetters } from './strings.ts';

const ITEMS: ReadonlyMap<string, StatusItem> = new Map(
  (
    [
      'MESSAGES',
      'RECENT',
      'UIDNEXT',
      'UIDVALIDITY',
      'UNSEEN',
      'DELETED',
      'SIZE',
      'HIGHESTMODSEQ',
      'APPENDLIMIT',
    ] as const
  ).map((item) => [item, item]),
);

// status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
export function expectStatus(scanner: CommandScanner): Command {
  scanner.expect(' ');
  const mailbox = expectMailbox(scanner);
  scanner.expect(' ');
  return { kind: 'status', mailbox, items: expectStatusItems(scanner) };
}

// "(" status-att *(SP status-att) ")"
export function expectStatusItems(scanner: CommandScanner): StatusItem[] {
  scanner.expect('(');
  const items = new Set<StatusItem>();
  do {
    const item = ITEMS.get(takeLetters(scanner));
    if (item === undefined) scanner.fail('Unknown status item');
    else items.add(item);
  } while (scanner.eat(' '));
  scanner.expect(')');
  return [...items];
}
