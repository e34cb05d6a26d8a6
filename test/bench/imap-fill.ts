// Fills the big mailbox through APPEND, over several connections, each with some commands in flight.

import { appendPieces, ImapClient } from './imap-client.ts';
import { type ImapServer, measure, type Outcome } from './imap-measure.ts';
import { sampleMessage } from './sample-message.ts';

export const BIG = 'Big';
const CONNECTIONS = 8;
const BATCH = 25;

export async function fill(server: ImapServer, messages: number): Promise<Outcome[]> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => ImapClient.login(server.door)));
  const [first] = clients;
  if (first === undefined) return [];
  await first.command(`CREATE ${BIG}`);
  let next = 0;
  const name = `APPEND, ${CONNECTIONS} connections with ${BATCH} commands in flight each`;
  const outcome = await measure(server, name, { times: messages, isRate: true }, async () => {
    await Promise.all(
      clients.map(async (client) => {
        while (next < messages) {
          const numbers = Array.from({ length: Math.min(BATCH, messages - next) }, (_, i) => next + i);
          next += numbers.length;
          await client.batch(numbers.map((n) => appendPieces(BIG, sampleMessage(n), n % 3 === 0 ? '' : '\\Seen')));
        }
      }),
    );
  });
  const status = await first.read(`STATUS ${BIG} (MESSAGES)`);
  if (!status.includes(`(MESSAGES ${messages})`)) throw new Error(`not all were appended: ${status}`);
  for (const client of clients) client.close();
  return [outcome];
}
