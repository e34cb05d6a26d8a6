// A person's mailbox as mail programs see it: by IMAP with imapflow, by POP3 octet for octet.

import { ImapFlow } from 'imapflow';
import type { RunningServer } from './running-server.ts';
import type { Credentials } from './smtp-talk.ts';
import { connectSocket } from './socket-client.ts';

const DEADLINE_MS = 60_000;

export interface SeenMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly text: string;
}

export interface SeenMailbox {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: readonly SeenMessage[];
}

/** For a server of ours, or another's port for IMAP under TLS. */
export function imapClient(place: RunningServer | number, login: Credentials): ImapFlow {
  return new ImapFlow({
    host: '127.0.0.1',
    port: typeof place === 'number' ? place : place.ports.imaps,
    secure: true,
    auth: { user: login.address, pass: login.password },
    tls: { rejectUnauthorized: false },
    logger: false,
  });
}

/** The mailbox as it is: nothing is marked as read. */
export async function readMailbox(server: RunningServer, login: Credentials, name = 'INBOX'): Promise<SeenMailbox> {
  const client = imapClient(server, login);
  await client.connect();
  try {
    const mailbox = await client.mailboxOpen(name, { readOnly: true });
    const messages: SeenMessage[] = [];
    if (mailbox.exists > 0) {
      for await (const { uid, flags, source } of client.fetch('1:*', { uid: true, flags: true, source: true })) {
        messages.push({ uid, flags: lasting(flags), text: source?.toString('utf8') ?? '' });
      }
    }
    return { uidValidity: Number(mailbox.uidValidity), uidNext: mailbox.uidNext, messages };
  } finally {
    await client.logout();
  }
}

/** \Recent is no property of the message: it depends on who looked before. */
function lasting(flags: ReadonlySet<string> | undefined): string[] {
  return [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
}

export interface Maildrop extends Disposable {
  /** The unique ids, in the order of the messages. */
  uniqueIds(): Promise<string[]>;
  /** A message, as it stands in the maildrop. */
  retrieve(number: number): Promise<Buffer>;
  say(command: string): Promise<string>;
}

export async function openMaildrop(server: RunningServer, login: Credentials): Promise<Maildrop> {
  const stream = await connectSocket({ port: server.ports.pop3s, implicitTls: true });
  const hear = async () => (await stream.readLine(DEADLINE_MS)) ?? 'closed';
  const say = async (command: string) => {
    stream.send(`${command}\r\n`);
    const line = await hear();
    if (!line.startsWith('+OK')) throw new Error(`${command}: ${line}`);
    return line;
  };
  await hear();
  await say(`USER ${login.address}`);
  await say(`PASS ${login.password}`);
  return {
    say,
    async uniqueIds() {
      await say('UIDL');
      const ids: string[] = [];
      for (let line = await hear(); line !== '.'; line = await hear()) ids.push(line.split(' ')[1] ?? '');
      return ids;
    },
    async retrieve(number) {
      await say(`RETR ${number}`);
      const octets: Buffer[] = [];
      for (let tail = ''; !tail.endsWith('\r\n.\r\n'); ) {
        const chunk = await stream.read(DEADLINE_MS);
        if (chunk === undefined) throw new Error('closed within a message');
        octets.push(chunk);
        tail = (tail + chunk.subarray(-5).toString('latin1')).slice(-5);
      }
      const stuffed = Buffer.concat(octets).subarray(0, -3).toString('latin1');
      return Buffer.from(stuffed.replaceAll('\r\n..', '\r\n.'), 'latin1');
    },
    [Symbol.dispose]: () => stream.close(),
  };
}
