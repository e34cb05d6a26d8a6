// Looks into a user's inbox with imapflow, an independent client, until the message that is waited for is there.

import { ImapFlow } from 'imapflow';
import { PASSWORD, type RunningServer } from '../world/running-server.ts';

const DEADLINE_MS = 60_000;

export interface ReadMessage {
  readonly text: string;
  readonly fileNames: readonly string[];
}

export interface MailboxReader {
  /** The whole message with this subject, as UTF-8. */
  waitFor(subject: string): Promise<string>;
  /** By a header's decoded value: the decoded text part and the decoded file names. */
  waitForHeader(header: string, value: string): Promise<ReadMessage>;
}

export function openImap(server: RunningServer, user: string): ImapFlow {
  return new ImapFlow({
    host: '127.0.0.1',
    port: server.ports.imaps,
    secure: true,
    auth: { user, pass: PASSWORD },
    tls: { rejectUnauthorized: false },
    logger: false,
  });
}

export function mailbox(server: RunningServer, user: string): MailboxReader {
  return {
    waitFor: (subject) =>
      waitFor(server, user, async (client, uid) => {
        const message = await client.fetchOne(String(uid), { source: true, envelope: true }, { uid: true });
        if (!message || message.envelope?.subject !== subject) return undefined;
        return message.source?.toString('utf8');
      }),
    waitForHeader: (_header, value) =>
      waitFor(server, user, async (client, uid) => {
        const message = await client.fetchOne(String(uid), { envelope: true, bodyStructure: true }, { uid: true });
        if (!message || message.envelope?.subject !== value) return undefined;
        const parts = message.bodyStructure?.childNodes ?? [];
        const text = await client.download(String(uid), '1', { uid: true });
        const chunks: Buffer[] = [];
        for await (const chunk of text.content) chunks.push(Buffer.from(chunk));
        const fileNames = parts.flatMap((part) => part.dispositionParameters?.['filename'] ?? []);
        return { text: Buffer.concat(chunks).toString('utf8'), fileNames };
      }),
  };
}

async function waitFor<T>(
  server: RunningServer,
  user: string,
  look: (client: ImapFlow, uid: number) => Promise<T | undefined>,
): Promise<T> {
  const client = openImap(server, user);
  await client.connect();
  try {
    await client.mailboxOpen('INBOX');
    for (const started = Date.now(); Date.now() - started < DEADLINE_MS; ) {
      const uids = (await client.search({ all: true }, { uid: true })) || [];
      for (const uid of uids.reverse()) {
        const found = await look(client, uid);
        if (found !== undefined) return found;
      }
      await client.noop();
    }
    throw new Error(`the message did not come to ${user} within ${DEADLINE_MS} ms`);
  } finally {
    await client.logout();
  }
}
