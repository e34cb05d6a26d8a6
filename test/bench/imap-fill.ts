// Fills the big mailbox through APPEND, before anything is measured: over several connections with some commands in
// flight, or with several messages in one command where the server has MULTIAPPEND (RFC 3502).

import { appendPieces, ImapClient } from './imap-client.ts';
import type { ImapServer } from './imap-measure.ts';
import type { ImapDoor } from './peer.ts';
import { sampleMessage } from './sample-message.ts';

export const BIG = 'Big';
const BATCH = 25;
const CONNECTIONS = 8;
const MANY_IN_ONE = 250;

export async function fill({ door }: ImapServer, messages: number): Promise<void> {
  const client = await ImapClient.login(door);
  await client.command(`CREATE ${BIG}`);
  const capabilities = await client.read('CAPABILITY');
  const batches = batchesOf(messages, capabilities.includes('MULTIAPPEND') ? MANY_IN_ONE : BATCH);
  if (capabilities.includes('MULTIAPPEND')) {
    for (const numbers of batches) await client.command(...multiAppendPieces(numbers));
  } else {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => appendBatches(door, batches)));
  }
  const status = await client.read(`STATUS ${BIG} (MESSAGES)`);
  if (!status.includes(`(MESSAGES ${messages})`)) throw new Error(`not all were appended: ${status}`);
  client.close();
}

function* batchesOf(messages: number, most: number): Generator<readonly number[]> {
  for (let first = 0; first < messages; first += most) {
    yield Array.from({ length: Math.min(most, messages - first) }, (_, i) => first + i);
  }
}

/** Takes from the batches, which others take from as well, until there are no more. */
async function appendBatches(door: ImapDoor, batches: Iterable<readonly number[]>): Promise<void> {
  const client = await ImapClient.login(door);
  for (const numbers of batches) {
    await client.batch(numbers.map((n) => appendPieces(BIG, sampleMessage(n), flagsOf(n))));
  }
  client.close();
}

function multiAppendPieces(numbers: readonly number[]): (string | Buffer)[] {
  const pieces = numbers.flatMap((n) => {
    const message = sampleMessage(n);
    return [` (${flagsOf(n)}) {${message.length}+}\r\n`, message];
  });
  return [`APPEND ${BIG}`, ...pieces];
}

/** Every third is unread. */
function flagsOf(n: number): string {
  return n % 3 === 0 ? '' : '\\Seen';
}
