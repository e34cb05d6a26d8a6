// Two mail programs of one person: what one does the other sees at once, without asking.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { imapClient } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';

const LOGIN = { address: USER1, password: PASSWORD };
/** The look at the files every five seconds would be too late. */
const AT_ONCE_MS = 1_000;

let server: RunningServer;
before(async () => {
  server = await startServer();
});
after(() => server[Symbol.asyncDispose]());

async function openInbox(): Promise<ImapFlow> {
  const client = imapClient(server, LOGIN);
  await client.connect();
  await client.mailboxOpen('INBOX');
  return client;
}

/** The time from the deed until the other program has been told. */
async function timeUntil(client: ImapFlow, event: string, deed: () => Promise<unknown>): Promise<number> {
  const told = new Promise((resolve) => client.once(event, resolve));
  const startedMs = performance.now();
  await deed();
  await told;
  return performance.now() - startedMs;
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

test('[C47] flags, new mail and deletions by one program are seen by the other within a second, by IDLE', async (t) => {
  await deliver(server, USER1, 'Subject: uno\r\n\r\nhola\r\n');
  const [one, other] = [await openInbox(), await openInbox()];
  void other.idle();
  const flagTimes: number[] = [];
  for (const [i, flag] of ['\\Seen', '\\Flagged', '$Importante', '\\Answered', '\\Draft'].entries()) {
    const update = new Promise<{ flags: Set<string> }>((resolve) => other.once('flags', resolve));
    const deed = () => one.messageFlagsAdd('1', [flag]);
    flagTimes.push(await timeUntil(other, 'flags', deed));
    const { flags } = await update;
    assert.ok(flags.has(flag), `${flag} in change ${i}`);
  }
  const arrivals: number[] = [];
  const deletions: number[] = [];
  for (let i = 0; i < 3; i++) {
    arrivals.push(await timeUntil(other, 'exists', () => deliver(server, USER1, 'Subject: otro\r\n\r\nhola\r\n')));
    await one.noop();
    deletions.push(await timeUntil(other, 'expunge', () => one.messageDelete('2')));
  }
  for (const [what, times] of Object.entries({ flagTimes, arrivals, deletions })) {
    t.diagnostic(`${what}: ${times.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`);
    assert.ok(median(times) < AT_ONCE_MS, `${what}: ${times}`);
  }
  await one.logout();
  await other.logout();
});
