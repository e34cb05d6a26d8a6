// People without a Unix account: they receive under every address that leads to them, read by IMAP and POP3, and send.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openMaildrop, readMailbox } from '../world/mail-reader.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { deliver, openSmtp, submit } from '../world/smtp-talk.ts';

const ANA = { address: 'ana@valija.test', password: 'la clave de ana' };
const LUIS = { address: 'luis@valija.test', password: 'la clave de luis' };

let server: RunningServer;
before(async () => {
  server = await startServer({
    accounts: [
      { ...ANA, addresses: ['ana.perez@valija.test'] },
      LUIS,
      { address: 'una@otra.test', password: 'la clave de una' },
    ],
    aliases: {
      'ventas@valija.test': [ANA.address, LUIS.address],
      'todos@otra.test': ['ventas@valija.test', ANA.address],
    },
    catchAll: { 'otra.test': 'una@otra.test' },
  });
});
after(() => server[Symbol.asyncDispose]());

const arrivedAs = async (who: typeof ANA, subject: string) =>
  (await readMailbox(server, who)).messages
    .filter(({ text }) => text.includes(`Subject: ${subject}\r\n`))
    .map(({ text }) => [/^Delivered-To: (.*)\r$/m.exec(text)?.[1], /^X-Original-To: (.*)\r$/m.exec(text)?.[1]]);

for (const [what, to, deliveredTo, originalTo] of [
  ['its address', 'ana@valija.test', 'ana@valija.test', undefined],
  ['its address in capitals', 'ANA@Valija.Test', 'ANA@valija.test', undefined],
  ['a second address', 'ana.perez@valija.test', 'ana.perez@valija.test', undefined],
  ['a plus-address', 'ana+listas@valija.test', 'ana+listas@valija.test', undefined],
  ['an alias', 'ventas@valija.test', 'ana@valija.test', 'ventas@valija.test'],
  ['two ways at once, one copy', 'todos@otra.test', 'ana@valija.test', 'todos@otra.test'],
] as const) {
  test(`[C34] a virtual user receives by ${what}`, async () => {
    const subject = `para ${what}`;
    assert.match(await deliver(server, to, `Subject: ${subject}\r\n\r\nhola\r\n`), /^250 /);
    const [[delivered, original] = [], ...more] = await arrivedAs(ANA, subject);
    assert.equal(delivered?.toLowerCase(), deliveredTo.toLowerCase());
    assert.equal(original, originalTo);
    assert.deepEqual(more, []);
  });
}

test('[C34] an alias of two is a message to each', async () => {
  await deliver(server, 'ventas@valija.test', 'Subject: a los dos\r\n\r\nhola\r\n');
  for (const who of [ANA, LUIS]) assert.equal((await arrivedAs(who, 'a los dos')).length, 1);
});

test('[C34] catch-all takes what no other address of its domain takes, and of no other domain', async () => {
  assert.match(await deliver(server, 'cualquiera@otra.test', 'Subject: resto\r\n\r\nhola\r\n'), /^250 /);
  const una = { address: 'una@otra.test', password: 'la clave de una' };
  assert.equal((await arrivedAs(una, 'resto')).length, 1);
  assert.match(await deliver(server, 'cualquiera@valija.test', 'Subject: resto\r\n\r\nhola\r\n'), /^550 5\.1\.1 /);
});

test('[C34] a virtual user logs in by IMAP, POP3 and submission', async () => {
  await submit(server, ANA, LUIS.address, 'Subject: de ana\r\n\r\nhola\r\n');
  assert.equal((await arrivedAs(LUIS, 'de ana')).length, 1);
  using drop = await openMaildrop(server, LUIS);
  const ids = await drop.uniqueIds();
  assert.match((await drop.retrieve(ids.length)).toString(), /^From: ana@valija\.test\r$/m);
});

test('[C27] from elsewhere to a mailbox; an unknown user is refused at RCPT; the null sender is accepted', async () => {
  assert.match(await deliver(server, LUIS.address, 'Subject: de fuera\r\n\r\nhola\r\n', 'jose@example.org'), /^250 /);
  assert.match(await deliver(server, LUIS.address, 'Subject: rebote\r\n\r\nhola\r\n', ''), /^250 /);
  assert.equal((await arrivedAs(LUIS, 'de fuera')).length, 1);
  const { messages } = await readMailbox(server, LUIS);
  assert.match(messages.find(({ text }) => text.includes('Subject: rebote'))?.text ?? '', /^Return-Path: <>\r\n/);
  using talk = await openSmtp(server, 'smtp');
  await talk.say('MAIL FROM:<jose@example.org>');
  assert.equal(
    await talk.say('RCPT TO:<nadie@valija.test>'),
    '550 5.1.1 <nadie@valija.test>: Recipient address rejected: User unknown',
  );
  assert.equal(await talk.say('DATA'), '503 5.5.1 No valid recipients');
});
