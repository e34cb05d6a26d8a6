// What hurt other mail servers, sent over real sockets to a whole server: it answers, keeps little, and lives on.

import assert from 'node:assert/strict';
import { connect as connectTcp, type Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Conversation } from '../world/client-stream.ts';
import { openImap } from '../world/imap-talk.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { peakGrowthBytes } from '../world/server-process.ts';
import { deliver, openSmtp, submit } from '../world/smtp-talk.ts';
import { connectSocket } from '../world/socket-client.ts';

const MEGABYTE = 2 ** 20;
const ONE = { address: USER1, password: PASSWORD };
const TWO = { address: USER2, password: PASSWORD };
const DEADLINE_MS = 60_000;
/** Of the process as a whole; what is kept of a line is some kilobytes. */
const MOST_GROWTH = 32 * MEGABYTE;

let server: RunningServer;
let pid: number;
before(async () => {
  server = await startServer({ settings: ONLY_STRANGERS });
  pid = server.pid;
  await deliver(server, USER1, 'Subject: primero\r\n\r\nhola\r\n');
});
afterEach(() => {
  assert.equal(server.pid, pid, 'the process was never replaced');
  assert.doesNotMatch(server.log(), /\bbug: /);
});
after(() => server[Symbol.asyncDispose]());

/** Writes the octets over and over, as fast as the server reads, until so many are out or the server closes. */
async function flood(port: number, piece: Buffer, octets: number): Promise<{ sent: number; heard: string }> {
  const socket: Socket = connectTcp({ port, host: '127.0.0.1' });
  let heard = '';
  let closed = false;
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1').slice(0, 10_000);
  });
  const end = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.once('close', () => {
    closed = true;
  });
  let sent = 0;
  while (sent < octets && !closed) {
    sent += piece.length;
    if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), end]);
  }
  socket.end();
  await Promise.race([end, pause(DEADLINE_MS, undefined, { ref: false })]);
  socket.destroy();
  return { sent, heard };
}

describe('[T5] 100 MB without a line end: answered, closed, and memory stays flat', () => {
  for (const [service, answer] of [
    ['smtp', /^500 5\.5\.[26] /m],
    ['submission', /^500 5\.5\.[26] /m],
    ['lmtp', /^500 5\.5\.[26] /m],
    ['imap', /^\* (?:BAD|BYE) /m],
    ['pop3', /^-ERR /m],
  ] as const) {
    test(service, async (t) => {
      let heard = '';
      const growth = await peakGrowthBytes(server.pid, async () => {
        ({ heard } = await flood(server.ports[service], Buffer.alloc(MEGABYTE, 'A'), 100 * MEGABYTE));
      });
      t.diagnostic(`${service}: ${(growth / MEGABYTE).toFixed(1)} MB`);
      assert.match(heard, answer);
      assert.ok(growth < MOST_GROWTH, `the server grew by ${growth}`);
    });
  }
});

describe('[T23] a megabyte of parentheses before login is cut off early', () => {
  for (const service of ['imap', 'imaps'] as const) {
    test(service, async () => {
      const stream = await connectSocket({ port: server.ports[service], implicitTls: service === 'imaps' });
      const growth = await peakGrowthBytes(server.pid, async () => {
        stream.send(Buffer.concat([Buffer.from('a '), Buffer.alloc(MEGABYTE, '(')]));
        assert.match(await stream.readToEnd(DEADLINE_MS).catch(String), /^\* (?:BAD|BYE) |ECONNRESET|EPIPE/m);
      });
      assert.ok(growth < MOST_GROWTH);
      stream.reset();
    });
  }
});

test('[T12] EHLO with 64 KB is refused', async () => {
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.say(`EHLO ${'a'.repeat(65_536)}`), /^50[01] 5\.5\.\d /);
});

describe('[T1] smuggling through a whole server: one message, or a refusal and the end', () => {
  const endings = ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n\x00.\r\n', '\r.\r\n', '\r\n.\r'];
  for (const service of ['smtp', 'submission', 'lmtp'] as const) {
    test(service, async () => {
      const login = service === 'submission' ? ONE : undefined;
      const from = service === 'submission' ? USER1 : 'ana@example.org';
      const before = (await readMailbox(server, TWO)).messages.length;
      let taken = 0;
      for (const ending of endings) {
        using talk = await openSmtp(server, service, login);
        for (const command of [`MAIL FROM:<${from}>`, `RCPT TO:<${USER2}>`, 'DATA']) await talk.say(command);
        talk.stream.send(
          `From: <${from}>\r\nSubject: inocente\r\n\r\nhola${ending}MAIL FROM:<${from}>\r\nRCPT TO:<${USER2}>\r\nDATA\r\n` +
            `Subject: colado\r\n\r\ncolado\r\n.\r\nQUIT\r\n`,
        );
        const replies = await talk.stream.readToEnd(DEADLINE_MS);
        const queued = replies.match(/^250 2\.0\.0 Ok: queued/gm)?.length ?? 0;
        assert.ok(queued <= 1, `${JSON.stringify(ending)}: ${replies}`);
        if (queued === 0) assert.match(replies, /^5\d\d 5\.\d\.\d+ /m);
        taken += queued;
      }
      const { messages } = await readMailbox(server, TWO);
      assert.equal(messages.length - before, taken);
      for (const { text } of messages)
        assert.doesNotMatch(text, /^(?:[\s\S]*\r\n)?Return-Path[\s\S]*\r\n\r\n?Subject: colado/);
    });
  }
});

describe('[T3][T4] what came in clear behind STARTTLS is dropped, in one segment, octet by octet, and in many sessions', () => {
  for (const [service, first, injected, ask, answer] of [
    [
      'smtp',
      'EHLO a.example\r\nSTARTTLS\r\n',
      'EHLO b.example\r\nMAIL FROM:<a@b.example>\r\n',
      'MAIL FROM:<c@d.example>',
      /^503 /,
    ],
    ['submission', 'EHLO a.example\r\nSTARTTLS\r\n', 'EHLO b.example\r\n', 'AUTH PLAIN AGEAYg==', /^503 /],
    ['lmtp', 'LHLO a.example\r\nSTARTTLS\r\n', 'LHLO b.example\r\n', 'MAIL FROM:<c@d.example>', /^503 /],
    ['imap', 'a STARTTLS\r\n', 'b NOOP\r\nc CAPABILITY\r\n', 'd NOOP', /^d OK /],
    ['pop3', 'STLS\r\n', `CAPA\r\nUSER ${USER1}\r\n`, `PASS ${PASSWORD}`, /^-ERR /],
  ] as const) {
    test(service, async () => {
      const ready = /^(?:220 2\.0\.0 |a OK |\+OK Begin).*\r\n/m;
      async function play(cut: number): Promise<void> {
        const stream = await connectSocket({ port: server.ports[service] });
        // What comes in one segment with the last octet is read with it; what came later would be no TLS handshake.
        for (let at = 0; at < first.length - 1; at += cut) {
          stream.send(first.slice(at, Math.min(at + cut, first.length - 1)));
          if (cut < first.length) await pause(1);
        }
        stream.send(`\n${injected}`);
        await hearUntil(stream, ready);
        await stream.startTls();
        stream.send(`${ask}\r\n`);
        assert.match((await stream.readLine(DEADLINE_MS)) ?? 'closed', answer);
        stream.reset();
      }
      await play(10_000);
      await play(1);
      await Promise.all(Array.from({ length: 20 }, (_, i) => play(3 + i)));
    });
  }
});

async function hearUntil(stream: Conversation, wanted: RegExp): Promise<void> {
  for (let heard = ''; !wanted.test(heard); ) heard += `${await stream.readLine(DEADLINE_MS)}\r\n`;
}

test('[T8][T16] octets that are no UTF-8, NUL and addresses within addresses are refused, and the session lives on', async () => {
  for (const bad of [[0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0x00], [0xff], [0xf8, 0x88, 0x80, 0x80, 0x80]]) {
    // After some mistakes the server takes its time to answer: a connection for each few.
    using talk = await openSmtp(server, 'smtp');
    await talk.say('MAIL FROM:<ana@example.org>');
    for (const [before, behind] of [
      ['RCPT TO:<', '@valija.test>'],
      ['RCPT TO:<usuario1@', '.test>'],
      ['EHLO ', ''],
      ['', ''],
    ] as const) {
      talk.stream.send(Buffer.concat([Buffer.from(before), Buffer.from(bad), Buffer.from(`${behind}\r\n`)]));
      assert.match(await talk.hear(), /^5\d\d 5\./);
    }
  }
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org>');
  for (const to of [
    '"usuario1@valija.test x"@example.net',
    'usuario1@valija.test(x)example.net',
    'usuario1@valija.test@example.net',
  ]) {
    assert.match(await talk.say(`RCPT TO:<${to}>`), /^5\d\d 5\./, to);
  }
  assert.match(await talk.say(`RCPT TO:<${USER1}>`), /^250 /);
});

describe('[T19][T20] messages that broke other servers are taken, described and read', () => {
  const nested = (depth: number) =>
    `Subject: hondo\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(depth)}Subject: fondo\r\n\r\nhola\r\n`;
  const parts = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
  for (const [what, message] of [
    ['messages in messages, 10,000 deep', nested(10_000)],
    [
      'a message in a multipart of the same boundary',
      `${parts}--b\r\nContent-Type: message/rfc822\r\n\r\n${parts}--b\r\n\r\nx\r\n--b--\r\n--b--\r\n`,
    ],
    ['200,000 empty parts', `Subject: partes\r\n${parts}${'--b\r\n'.repeat(200_000)}`],
    [
      'a group without members and a comment that never ends',
      'From: group:;\r\nTo: (\\\r\nSubject: grupo\r\n\r\nhola\r\n',
    ],
    ['html without content', 'Subject: html\r\nContent-Type: text/html\r\n\r\n'],
    ['a header of 500 KB', `Subject: ${'a '.repeat(250_000)}\r\n\r\nhola\r\n`.replace(/(?:a ){100}/g, '$&\r\n ')],
    ['100,000 addresses', `To: ${'a@b.example,\r\n '.repeat(60_000)}c@d.example\r\nSubject: muchos\r\n\r\nhola\r\n`],
  ] as const) {
    test(what, async () => {
      assert.match(await deliver(server, USER1, message), /^250 /);
      using imap = await openImap(server, ONE);
      const selected = await imap.say('SELECT INBOX');
      const last = /^\* (\d+) EXISTS$/m.exec(selected)?.[1];
      assert.match(await imap.say(`FETCH ${last} (ENVELOPE BODYSTRUCTURE FLAGS)`), /^a3 OK /m);
      assert.match(await imap.say('SEARCH TEXT hola'), /^\* SEARCH/m);
      const kept = await imap.fetchLiteral(`FETCH ${last} BODY.PEEK[]`);
      assert.ok(kept.toString('latin1').endsWith(message), 'octet for octet');
    });
  }

  test('a header of 60 MB is refused, with less kept than it has', async () => {
    using talk = await openSmtp(server, 'smtp');
    for (const command of ['MAIL FROM:<ana@example.org>', `RCPT TO:<${USER1}>`, 'DATA']) await talk.say(command);
    const fields = Buffer.from(`X-Y: ${'z'.repeat(1_017)}\r\n`.repeat(1_024));
    for (let i = 0; i < 60; i++) talk.stream.send(fields);
    assert.match(await talk.say('\r\n.'), /^55\d 5\.\d\.\d /);
  });
});

describe('[T22] literals that lie about their size', () => {
  test('before login nothing of them is kept', async () => {
    for (const size of ['4294967295', '4294967295+', '99999999999999999999', '-1', '0', '65536+']) {
      const stream = await connectSocket({ port: server.ports.imaps, implicitTls: true });
      await stream.readLine(DEADLINE_MS);
      const growth = await peakGrowthBytes(server.pid, async () => {
        stream.send(`a LOGIN {${size}}\r\n`);
        const line = await stream.readLine(DEADLINE_MS);
        assert.match(line ?? 'closed', size === '0' ? /^\+/ : /^(?:a|\*) (?:BAD|NO|BYE)/, size);
      });
      assert.ok(growth < MOST_GROWTH);
      stream.reset();
    }
  });

  test('after login they are refused, and others go on', async () => {
    for (const size of ['4294967295', '-1', '0']) {
      using imap = await openImap(server, ONE);
      assert.match(await imap.say(`APPEND INBOX {${size}}`), /^a2 (?:BAD|NO)/m, size);
      assert.match(await imap.say('NOOP'), /^a3 OK/m);
    }
  });
});

test('after all of it the server serves as before', async () => {
  assert.match(await submit(server, ONE, USER2, 'Subject: al final\r\n\r\nhola\r\n'), /^250 /);
  const { messages } = await readMailbox(server, TWO);
  assert.match(messages.at(-1)?.text ?? '', /Subject: al final/);
});
