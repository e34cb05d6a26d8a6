import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '#base/result.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { type OtherServersOptions, otherServers, scriptedServer } from '../../../test/world/other-servers.ts';
import { deliveryJob, outcomeLines } from '../../../test/world/outgoing-mail.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { mailServer, transportSecurity } from '../../../test/world/transport-security.ts';
import { DEFAULT_SMTP_CLIENT } from './settings.ts';
import { createSmtpTransport } from './smtp-transport.ts';

const MX1 = '192.0.2.1:25';
const MX2 = '192.0.2.2:25';
const SERVERS = [1, 2].map((number) =>
  mailServer({
    name: `mx${number}.example.org`,
    address: `192.0.2.${number}`,
    preference: number,
    isBest: number === 1,
  }),
);
const SENDER = 'double-bounce@mail.valija.test';

function openWorld(servers: OtherServersOptions['servers']) {
  const dialer = otherServers({ servers });
  const transport = createSmtpTransport(
    {
      ...transportSecurity(),
      dialer,
      chooseServers: async (destination) => {
        if (destination === 'example.org') return ok(SERVERS);
        const isNull = destination === 'null.example';
        return err({ kind: isNull ? 'failed' : 'deferred', status: '4.4.3', text: destination });
      },
      clock: fixedClock(),
      alarm: systemAlarm,
      randomness: seededRandomness(),
      log: collectingLog(),
    },
    { ...DEFAULT_SMTP_CLIENT, heloName: 'mail.valija.test', ownNames: new Set(['mail.valija.test']) },
  );
  const ask = (address = 'ana@example.org', sender = SENDER, destination = 'example.org') =>
    transport.ask({ destination, address, sender });
  return { dialer, transport, ask };
}

const HELLO = 'S: 220 x\nC: EHLO mail.valija.test\nS: 250-x\nS: 250-SIZE 100000\nS: 250 PIPELINING\n';
const QUESTION = `C: MAIL FROM:<${SENDER}>\nC: RCPT TO:<ana@example.org>\nS: 250 ok\n`;

const ANSWERS: readonly (readonly [script: string, kind: string, text: RegExp])[] = [
  [`${HELLO}${QUESTION}S: 250 2.1.5 fine`, 'deliverable', /^250 2\.1\.5 fine$/],
  [
    `${HELLO}${QUESTION}S: 550 5.1.1 nobody`,
    'undeliverable',
    /^host mx1\.example\.org\[192\.0\.2\.1\] said: 550 5\.1\.1 nobody \(in reply to RCPT TO command\)$/,
  ],
  [`${HELLO}${QUESTION}S: 452 4.2.2 full`, 'unknown', /452 4\.2\.2 full/],
  [`${HELLO}C...\nC...\nS: 553 5.1.8 who\nS: 503 5.5.1 no`, 'unknown', /553 5\.1\.8 who \(in reply to MAIL FROM/],
  [`${HELLO}C...\nCLOSE`, 'unknown', /^lost connection/],
  ['S: 554 5.7.1 go away', 'unknown', /refused to talk to me: 554 5\.7\.1 go away/],
  ['S: 220 x\nC...\nS: 250 mail.valija.test', 'unknown', /loops back to myself/],
];

test('[C29] what a server says of a recipient; only its answer to RCPT is a no', async () => {
  for (const [script, kind, text] of ANSWERS) {
    const { ask, transport } = openWorld({ [MX1]: [scriptedServer(script)], [MX2]: ['Connection refused'] });
    const answer = await ask();
    transport[Symbol.dispose]();
    assert.equal(answer.kind, kind, script);
    if (kind !== 'unknown') assert.match(answer.text, text);
    else assert.match(answer.text, /^connect to mx2.*refused$/, 'the second was tried, too');
    const alone = openWorld({ [MX1]: [scriptedServer(script)], [MX2]: [scriptedServer(script)] });
    assert.match((await alone.ask()).text, kind === 'unknown' ? text : /./);
    alone.transport[Symbol.dispose]();
  }
});

test('[C29] the next server is asked where the first does not know; nobody at all is no answer', async () => {
  const servers = { [MX1]: ['Connection refused'], [MX2]: [scriptedServer(`${HELLO}${QUESTION}S: 250 ok`)] };
  const { ask, transport } = openWorld(servers);
  assert.equal((await ask()).kind, 'deliverable');
  transport[Symbol.dispose]();
  assert.equal((await openWorld({}).ask()).kind, 'unknown');
  assert.equal((await openWorld({}).ask('ana@example.org', '', 'null.example')).kind, 'undeliverable');
  assert.equal((await openWorld({}).ask('ana@example.org', '', 'gone.example')).kind, 'unknown');
});

test('question after question, and the mail behind them, go over one connection', async () => {
  const script = `${HELLO}${QUESTION}S: 250 ok
    C: RSET\nC: MAIL FROM:<>\nC: RCPT TO:<eva@example.org>\nS: 250 ok\nS: 250 ok\nS: 550 no
    C: RSET\nC...\nC: RCPT TO:<ana@example.org>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nS: 250 2.0.0 taken
    C: QUIT`;
  const { ask, transport, dialer } = openWorld({ [MX1]: [scriptedServer(script)] });
  assert.equal((await ask()).kind, 'deliverable');
  assert.equal((await ask('eva@example.org', '')).kind, 'undeliverable');
  const report = await transport.deliver(deliveryJob({ nextHop: { transport: 'smtp', destination: 'example.org' } }));
  assert.deepEqual(outcomeLines(report), ['delivered 2.0.0 250 2.0.0 taken']);
  transport[Symbol.dispose]();
  assert.equal(dialer.dialled.length, 1);
  assert.deepEqual(dialer.surprises, []);
});

test('[T1] an address that would end the command is asked of nobody; nor is UTF-8 without SMTPUTF8', async () => {
  const { ask, dialer, transport } = openWorld({ [MX1]: [scriptedServer(HELLO)] });
  for (const address of ['ana@example.org>\r\nRCPT TO:<eva@example.org', '', 'ñandú@example.org']) {
    assert.equal((await ask(address)).kind, 'undeliverable', address);
  }
  transport[Symbol.dispose]();
  assert.deepEqual(dialer.surprises, []);
});
