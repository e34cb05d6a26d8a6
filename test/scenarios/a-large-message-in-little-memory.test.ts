// Twenty megabytes in by SMTP, out by IMAP and POP3, octet for octet, while the server keeps only pieces of it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openImap } from '../world/imap-talk.ts';
import { openMaildrop } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { peakGrowthBytes } from '../world/server-process.ts';
import { openSmtp } from '../world/smtp-talk.ts';

const MEGABYTE = 2 ** 20;
const SIZE = 20 * MEGABYTE;
const LOGIN = { address: USER1, password: PASSWORD };
const HUGE = 120 * MEGABYTE;
/** Pieces on their way, and what the collector has not come to yet: far less than a huge message, whatever its size. */
const MOST_GROWTH = 60 * MEGABYTE;

let server: RunningServer;
before(async () => {
  server = await startServer({ settings: `message_size_limit = ${2 * HUGE}` });
});
after(() => server[Symbol.asyncDispose]());

/** Lines of all lengths up to 998 octets, some of them dots, with every octet but CR, LF and NUL. */
function largeMessage(seed: number): Buffer {
  const message = Buffer.alloc(SIZE);
  let at = message.write(`Subject: grande ${seed}\r\n\r\n`);
  for (let line = seed; at < SIZE - 1_002; line++) {
    const length = (line * 7919) % 998;
    for (let i = 0; i < length; i++) message[at++] = 14 + ((line + i * 31) % 242);
    if (line % 10 === 0) message[at - length] = 0x2e;
    at += message.write('\r\n', at);
  }
  at += message.write('end\r\n', at);
  return message.subarray(0, at);
}

const stuff = (message: Buffer) => Buffer.from(message.toString('latin1').replaceAll('\r\n.', '\r\n..'), 'latin1');
const digest = (octets: Buffer) => createHash('sha256').update(octets).digest('hex');
const inMegabytes = (octets: number) => `${(octets / MEGABYTE).toFixed(1)} MB`;

async function send(message: Buffer, times = 1): Promise<void> {
  using talk = await openSmtp(server, 'smtp');
  for (const command of ['MAIL FROM:<ana@example.org> BODY=8BITMIME', `RCPT TO:<${USER1}>`, 'DATA']) {
    await talk.say(command);
  }
  for (let i = 0; i < times; i++) {
    for (let at = 0; at < message.length; at += MEGABYTE) talk.stream.send(message.subarray(at, at + MEGABYTE));
  }
  assert.match(await talk.say('.'), /^250 /);
}

/** Without the lines that were put on top. */
function asSent(kept: Buffer): Buffer {
  return kept.subarray(kept.indexOf('Subject: grande'));
}

test('a message of 20 MB comes in by SMTP and IMAP, and goes out by IMAP and POP3, octet for octet', async () => {
  const message = largeMessage(1);
  await send(stuff(message));
  using imap = await openImap(server, LOGIN);
  assert.match(await imap.append(message), /^a\d+ OK \[APPENDUID /);
  await imap.say('EXAMINE INBOX');
  using drop = await openMaildrop(server, LOGIN);
  for (const number of [1, 2]) {
    assert.equal(digest(asSent(await imap.fetchLiteral(`FETCH ${number} BODY.PEEK[]`))), digest(message));
    assert.equal(digest(asSent(await drop.retrieve(number))), digest(message));
  }
});

test(`a message of ${inMegabytes(HUGE)} passes through in pieces: memory stays bounded`, async (t) => {
  const megabyte = Buffer.from(`${'x'.repeat(1_022)}\r\n`.repeat(1_024));
  await send(megabyte, 20);
  const bySmtp = await peakGrowthBytes(server.pid, () => send(megabyte, HUGE / MEGABYTE));
  using imap = await openImap(server, LOGIN);
  const answer = await imap.say('EXAMINE INBOX');
  const last = /^\* (\d+) EXISTS$/m.exec(answer)?.[1];
  const byImap = await peakGrowthBytes(server.pid, async () => {
    assert.ok((await imap.fetchLiteral(`FETCH ${last} BODY.PEEK[]`)).length > HUGE);
  });
  for (const [way, growth] of Object.entries({ bySmtp, byImap })) {
    t.diagnostic(`${way}: ${inMegabytes(growth)}`);
    assert.ok(growth < MOST_GROWTH, `${way}: the server grew by ${inMegabytes(growth)}`);
  }
});
