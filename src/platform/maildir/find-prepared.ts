// What FETCH and SEARCH need of messages, out of the index; what it does not have is prepared from the messages, and kept.

import { Pace, type Steps } from '#base/steps.ts';
import type { PreparedFetch, PreparedPart } from '#mail/ports/mail-store.ts';
import type { Sieve } from '#mail/search/sieve.ts';
import { type PreparedOctets, type PrepareOctets, pickParts } from '#platform/message-index/prepared-fetch.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import { readStoredMessage } from './stored-message.ts';

/** Parsing so much is as much work as looking at a file. */
const PREPARED_BYTES_PER_ITEM = 256;

/** In the order asked for, without those that are gone, and those whose header the sieve lets fall through. */
export function* findPrepared(
  folder: MailboxFolder,
  uids: Uint32Array,
  parts: readonly PreparedPart[],
  prepare: PrepareOctets,
  sieve?: Sieve,
): Steps<PreparedFetch[]> {
  const pace = new Pace();
  folder.isVisited = true;
  yield* folder.pending.fetchCarried();
  const present = [...uids].filter((uid) => folder.table.find(uid) >= 0);
  const known = folder.pending.findPrepared(present, parts);
  const prepared: PreparedFetch[] = [];
  for (const uid of present) {
    let octets = known.get(uid);
    if (octets === undefined) {
      const message = readStoredMessage(folder, uid);
      if (message === undefined) continue;
      octets = prepare(message);
      folder.pending.keepPrepared(uid, octets);
      if (pace.isDue(1 + Math.floor(message.length / PREPARED_BYTES_PER_ITEM))) yield;
    }
    if (mayHaveWord(octets, sieve)) prepared.push({ uid, ...pickParts(octets, parts) });
  }
  return prepared;
}

/** A header that is not at hand may have any. */
function mayHaveWord({ header }: PreparedOctets, sieve: Sieve | undefined): boolean {
  return sieve === undefined || header === undefined || sieve.mayBeInHeader(header);
}
