// Against real servers: Postfix's smtp-sink with its faults, and Dovecot's LMTP.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startDovecot } from '../../../test/interop/dovecot-server.ts';
import { findProgram, programTest } from '../../../test/interop/real-program.ts';
import { freePort } from '../../../test/world/free-port.ts';
import { deliveryJob, outcomeLines, transportTo } from '../../../test/world/outgoing-mail.ts';
import { DEFAULT_LMTP_CLIENT } from './settings.ts';

const START_DEADLINE_MS = 60_000;

interface Sink extends AsyncDisposable {
  readonly port: number;
}

async function startSink(...options: string[]): Promise<Sink> {
  const port = await freePort();
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const path = findProgram('smtp-sink') ?? '';
  const child = spawn(path, [...user, ...options, `127.0.0.1:${port}`, '100'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (const beganMs = Date.now(); !(await isListening(port)); await pause(20)) {
    if (child.exitCode !== null || Date.now() - beganMs > START_DEADLINE_MS) throw new Error('smtp-sink did not start');
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

const SMTP = { transport: 'smtp', destination: 'example.org' } as const;
const HOST = 'mx\\.example\\.org\\[127\\.0\\.0\\.1\\]';

/** smtp-sink's options, and what becomes of a message. */
const FAULTS: readonly (readonly [options: string, outcome: string])[] = [
  ['', 'delivered 2.0.0 250 2.0.0 Ok'],
  ['-p', 'delivered 2.0.0 250 2.0.0 Ok'],
  ['-e', 'delivered 2.0.0 250 2.0.0 Ok'],
  ['-8 -E', 'delivered 2.0.0 250 2.0.0 Ok'],
  ['-q connect', `deferred 4.4.2 lost connection with ${HOST} while receiving the initial server greeting`],
  ['-q ehlo', `deferred 4.4.2 lost connection with ${HOST} while performing the EHLO handshake`],
  ['-q mail', `deferred 4.4.2 lost connection with ${HOST} while sending MAIL FROM`],
  ['-q rcpt', `deferred 4.4.2 lost connection with ${HOST} while sending RCPT TO`],
  ['-q data', `deferred 4.4.2 lost connection with ${HOST} while sending DATA command`],
  [
    '-q .',
    `deferred 4.4.2 lost connection with ${HOST} while sending end of data -- message may be sent more than once`,
  ],
  ['-Q connect', `deferred 4.\\d.\\d host ${HOST} refused to talk to me: 421 .*`],
  ['-Q mail', `deferred 4.\\d.\\d host ${HOST} said: 421 .* \\(in reply to MAIL FROM command\\)`],
  ['-Q rcpt', `deferred 4.\\d.\\d host ${HOST} said: 421 .* \\(in reply to RCPT TO command\\)`],
  ['-Q .', `deferred 4.\\d.\\d host ${HOST} said: 421 .* \\(in reply to end of DATA command\\)`],
  ['-r mail', `deferred 4.3.0 host ${HOST} said: 450 4.3.0 .* \\(in reply to MAIL FROM command\\)`],
  ['-r rcpt', `deferred 4.3.0 host ${HOST} said: 450 4.3.0 .* \\(in reply to RCPT TO command\\)`],
  ['-r .', `deferred 4.3.0 host ${HOST} said: 450 4.3.0 .* \\(in reply to end of DATA command\\)`],
  ['-f ehlo', 'delivered 2.0.0 250 2.0.0 Ok'],
  ['-f mail', `failed 5.3.0 host ${HOST} said: 500 5.3.0 .* \\(in reply to MAIL FROM command\\)`],
  ['-f rcpt', `failed 5.3.0 host ${HOST} said: 500 5.3.0 .* \\(in reply to RCPT TO command\\)`],
  ['-f data', `failed 5.3.0 host ${HOST} said: 500 5.3.0 .* \\(in reply to DATA command\\)`],
  ['-f .', `failed 5.3.0 host ${HOST} said: 500 5.3.0 .* \\(in reply to end of DATA command\\)`],
  ['-f connect', `deferred 4.3.0 host ${HOST} refused to talk to me: 500 5.3.0 .*`],
];

programTest('smtp-sink', '[C21] each fault of a server has its words', async () => {
  for (const [options, outcome] of FAULTS) {
    await using sink = await startSink(...options.split(' ').filter((option) => option !== ''));
    using transport = transportTo(sink.port);
    const job = () => deliveryJob({ nextHop: SMTP, recipients: ['a@example.org', 'b@example.org'] });
    const expected = new RegExp(`^${outcome}$`);
    for (let round = 0; round < 2; round++) {
      for (const line of outcomeLines(await transport.deliver(job()))) assert.match(line, expected, options);
    }
  }
});

programTest('smtp-sink', 'a thousand messages at once share thirty connections; none is lost or doubled', async () => {
  await using sink = await startSink();
  using transport = transportTo(sink.port);
  let left = 1_000;
  let delivered = 0;
  const work = async () => {
    while (left-- > 0) {
      const { outcomes } = await transport.deliver(deliveryJob({ nextHop: SMTP }));
      delivered += outcomes.filter(({ kind }) => kind === 'delivered').length;
    }
  };
  await Promise.all(Array.from({ length: 30 }, work));
  assert.equal(delivered, 1_000);
  assert.ok(transport.waitingConnections <= 30);
});

programTest('smtp-sink', 'what is received is what was sent, a large message too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sink-'));
  try {
    const user = process.getuid?.() === 0 ? ['-u', 'root'] : [];
    await using sink = await startSink(...user, '-D', join(folder, 'dump'));
    using transport = transportTo(sink.port);
    const content = `Subject: large\r\n\r\n${'.a line that begins with a dot\r\n'.repeat(40_000)}`;
    const report = await transport.deliver(deliveryJob({ nextHop: SMTP, content }));
    assert.match(outcomeLines(report)[0] ?? '', /^delivered/);
    const dumped = readFileSync(join(folder, 'dump'), 'utf8');
    assert.ok(dumped.includes(content.replaceAll('\r\n', '\n')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

programTest('smtp-sink', 'LMTP: each recipient has an answer', async () => {
  await using sink = await startSink('-L');
  using transport = transportTo(sink.port, DEFAULT_LMTP_CLIENT);
  const nextHop = { transport: 'lmtp', destination: `inet:127.0.0.1:${sink.port}` } as const;
  const report = await transport.deliver(deliveryJob({ nextHop, recipients: ['a@example.org', 'b@example.org'] }));
  assert.deepEqual(outcomeLines(report), Array(2).fill('delivered 2.2.0 250 2.2.0 Ok'));
});

programTest('dovecot', 'LMTP into a Maildir, dots and all', async () => {
  const tree = mkdtempSync(join(tmpdir(), 'outgoing-'));
  try {
    await using dovecot = await startDovecot(tree);
    dovecot.takeOver();
    using transport = transportTo(dovecot.ports.lmtp, DEFAULT_LMTP_CLIENT);
    const nextHop = { transport: 'lmtp', destination: `inet:127.0.0.1:${dovecot.ports.lmtp}` } as const;
    const job = deliveryJob({ nextHop, recipients: ['usuario1@valija.test', 'usuario2@valija.test'] });
    const lines = outcomeLines(await transport.deliver(job));
    for (const line of lines) assert.match(line, /^delivered 2\.0\.0 250 2\.0\.0 <usuario\d@valija\.test> \S+ Saved$/);
    assert.equal(lines.length, 2);
  } finally {
    rmSync(tree, { recursive: true });
  }
});
