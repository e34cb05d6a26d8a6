// UIDL: names that stay, so that mail left on the server is not fetched again. RFC 1939 §7.

import type { Pop3Command } from '../command.ts';
import { type ScanListing, scan } from '../scan-listing.ts';

const UNIQUE_IDS: ScanListing = {
  verb: 'UIDL',
  title: () => 'Unique-id listing follows',
  column: (maildrop, message) => maildrop.uniqueId(message),
};

export const uidl: Pop3Command = { transaction: (state, argument) => scan(state, argument, UNIQUE_IDS) };
