// LIST: sizes. RFC 1939 §5.

import type { Pop3Command } from '../command.ts';
import { type ScanListing, scan } from '../scan-listing.ts';

const SIZES: ScanListing = {
  verb: 'LIST',
  title: (maildrop) => `${maildrop.count} messages (${maildrop.sizeBytes} octets)`,
  column: (_, message) => message.sizeBytes,
};

export const list: Pop3Command = { transaction: (state, argument) => scan(state, argument, SIZES) };
