// What a server does that has just been started: the first SELECT, the first listing of the big mailbox.

import { ImapClient } from './imap-client.ts';
import { BIG } from './imap-fill.ts';
import { type ImapServer, measure, type Outcome } from './imap-measure.ts';

/** What a mail program asks for to list a mailbox; and what the tables call it. */
export const LISTING = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)';
export const LISTING_NAME = 'FETCH 1:* (… ENVELOPE BODYSTRUCTURE)';

export async function cold(server: ImapServer, circumstances: string): Promise<Outcome[]> {
  const client = await ImapClient.login(server.door);
  const outcomes = [
    await measure(server, `SELECT ${circumstances}`, {}, async () => {
      await client.command(`SELECT ${BIG}`);
    }),
    await measure(server, `${LISTING_NAME} ${circumstances}`, {}, async () => {
      await client.command(`FETCH 1:* ${LISTING}`);
    }),
  ];
  client.close();
  return outcomes;
}
