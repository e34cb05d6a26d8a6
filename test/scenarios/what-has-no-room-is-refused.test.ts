// Quotas and sizes: what cannot be kept is refused while its sender still waits, at every door, and nothing of it stays.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openImap } from '../world/imap-talk.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { deliver, openSmtp } from '../world/smtp-talk.ts';

const LIMIT = 50_000;
const SMALL = { address: 'poco@valija.test', password: 'poco sitio' };
const ROOMY = { address: 'mucho@valija.test', password: 'mucho sitio' };

const messageOf = (octets: number) => `Subject: largo\r\n\r\n${'x'.repeat(octets - 19)}\r\n`;
const filled = (octets: number) => Buffer.from(messageOf(octets).replace(/x{70}/g, `${'x'.repeat(68)}\r\n`));

let server: RunningServer;
before(async () => {
  server = await startServer({
    settings: `message_size_limit = ${LIMIT}`,
    accounts: [{ ...SMALL, quotaBytes: 12_000 }, ROOMY],
  });
});
after(() => server[Symbol.asyncDispose]());

test('over quota: refused at RCPT for now, for good where it could never fit, by LMTP too, and APPEND is refused', async () => {
  assert.match(await deliver(server, SMALL.address, filled(11_000)), /^250 /);
  for (const service of ['smtp', 'lmtp'] as const) {
    using talk = await openSmtp(server, service);
    await talk.say('MAIL FROM:<ana@example.org> SIZE=5000');
    assert.match(await talk.say(`RCPT TO:<${SMALL.address}>`), /^452 4\.2\.2 /, service);
    assert.match(await talk.say(`RCPT TO:<${ROOMY.address}>`), /^250 /, service);
    await talk.say('RSET');
    await talk.say('MAIL FROM:<ana@example.org> SIZE=20000');
    assert.match(await talk.say(`RCPT TO:<${SMALL.address}>`), /^552 5\.2\.2 /, service);
  }
  {
    using talk = await openSmtp(server, 'smtp');
    assert.match(await talk.bring('ana@example.org', [SMALL.address], filled(5_000)), /^452 4\.2\.2 /, 'not declared');
    assert.match(await talk.bring('ana@example.org', [SMALL.address], filled(20_000)), /^552 5\.2\.2 /);
  }
  {
    using talk = await openSmtp(server, 'lmtp');
    const both = [SMALL.address, ROOMY.address];
    assert.match(await talk.bring('ana@example.org', both, filled(5_000)), /^452 4\.2\.2 /);
    assert.match(await talk.hear(), /^250 /, 'the other one has it');
    assert.equal((await readMailbox(server, ROOMY)).messages.length, 1);
  }
  using imap = await openImap(server, SMALL);
  assert.match(await imap.append(filled(5_000)), /^a\d+ NO \[OVERQUOTA\] /);
  assert.equal((await readMailbox(server, SMALL)).messages.length, 1);
  assert.match(await imap.append(filled(100)), /^a\d+ OK \[APPENDUID /);
});

test('larger than message_size_limit: refused where it is announced, cut off where it is not, at every door', async () => {
  for (const service of ['smtp', 'submission', 'lmtp'] as const) {
    using talk = await openSmtp(server, service, service === 'submission' ? ROOMY : undefined);
    const from = service === 'submission' ? ROOMY.address : 'ana@example.org';
    assert.match(await talk.say(`MAIL FROM:<${from}> SIZE=${LIMIT + 1}`), /^552 5\.3\.4 /, service);
    assert.match(await talk.bring(from, [ROOMY.address], filled(LIMIT + 1)), /^552 5\.3\.4 /, service);
    await talk.say('RSET');
    assert.match(await talk.bring(from, [ROOMY.address], filled(LIMIT - 1)), /^250 /, service);
  }
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<ana@example.org>');
  await talk.say(`RCPT TO:<${ROOMY.address}>`);
  const chunk = filled(30_000);
  talk.stream.send(`BDAT ${chunk.length}\r\n`);
  talk.stream.send(chunk);
  assert.match(await talk.hear(), /^250 /);
  talk.stream.send(`BDAT ${chunk.length} LAST\r\n`);
  talk.stream.send(chunk);
  assert.match(await talk.hear(), /^552 5\.3\.4 /);
  using imap = await openImap(server, ROOMY);
  assert.match(await imap.append(filled(LIMIT + 1)), /^a\d+ NO \[TOOBIG\] /);
  assert.match(await imap.say('NOOP'), /OK/);
  assert.equal((await readMailbox(server, ROOMY)).messages.length, 4);
});
