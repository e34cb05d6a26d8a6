// What a person's mailboxes show, octet for octet; over one connection, so that a look after each kill is cheap.

import assert from 'node:assert/strict';
import type { ImapTalk } from '../world/imap-talk.ts';
import type { SeenMailbox, SeenMessage } from '../world/mail-reader.ts';
import type { SeenState } from './oracle.ts';

const DEADLINE_MS = 60_000;

export async function readMailboxes(talk: ImapTalk): Promise<SeenState> {
  return { INBOX: await readMailbox(talk, 'INBOX'), Moved: await readMailbox(talk, 'Moved') };
}

async function readMailbox(talk: ImapTalk, name: string): Promise<SeenMailbox> {
  const answer = await talk.say(`EXAMINE ${name}`);
  return {
    uidValidity: numberIn(answer, /\[UIDVALIDITY (\d+)\]/),
    uidNext: numberIn(answer, /\[UIDNEXT (\d+)\]/),
    messages: numberIn(answer, /^\* (\d+) EXISTS/m) === 0 ? [] : await readMessages(talk),
  };
}

async function readMessages({ stream }: ImapTalk): Promise<SeenMessage[]> {
  const messages: SeenMessage[] = [];
  stream.send('look UID FETCH 1:* (BODY.PEEK[])\r\n');
  for (;;) {
    const line = (await stream.readLine(DEADLINE_MS)) ?? 'closed';
    if (line.startsWith('look OK')) return messages;
    const [, uid, sizeBytes] = /^\* \d+ FETCH \(UID (\d+) BODY\[\] \{(\d+)\}$/.exec(line) ?? assert.fail(line);
    const octets = await stream.readExactly(Number(sizeBytes), DEADLINE_MS);
    messages.push({ uid: Number(uid), flags: [], text: octets.toString('utf8') });
    assert.equal(await stream.readLine(DEADLINE_MS), ')');
  }
}

function numberIn(answer: string, pattern: RegExp): number {
  return Number(pattern.exec(answer)?.[1] ?? assert.fail(answer));
}
