// APPEND, up to its message. RFC 3501 §6.3.11, §9 (append).

import type { AppendCommand } from '../command.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectDateTime } from './dates.ts';
import { expectFlagList } from './flags.ts';
import { expectMailbox } from './mailbox.ts';

// append = "APPEND" SP mailbox [SP flag-list] [SP date-time] SP literal
/** The literal is not read: it is the offer that ends the segments. */
export function expectAppend(scanner: CommandScanner): AppendCommand {
  scanner.expect(' ');
  const mailbox = expectMailbox(scanner);
  scanner.expect(' ');
  let flags: readonly string[] = [];
  if (scanner.sees('(')) {
    flags = expectFlagList(scanner);
    scanner.expect(' ');
  }
  let internalDateMs: number | undefined;
  if (scanner.sees('"')) {
    internalDateMs = expectDateTime(scanner);
    scanner.expect(' ');
  }
  const offer = scanner.eatOffer();
  if (offer === undefined) scanner.fail('Expected a literal');
  else if (offer.binary) scanner.refuse('CANNOT', 'Binary literals are not supported');
  return { kind: 'append', mailbox, message: { flags, internalDateMs, sizeBytes: offer?.sizeBytes ?? 0 } };
}
