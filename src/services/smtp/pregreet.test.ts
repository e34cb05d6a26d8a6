import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetworks } from '#base/ip-network.ts';
import { decideConnection } from '#mail/policy/connection.ts';
import { PassedClients } from '#mail/visitors/passed-clients.ts';
import { openDoor } from '../../../test/dialogs/smtp/door.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import type { PregreetSettings } from './pregreet.ts';

const STRANGER = { clientAddress: '192.0.2.1', clientPort: 4_321 };

/** A door with its test, over several visits. */
function guardedDoor(settings: Partial<PregreetSettings> = {}) {
  const time = new VirtualTime();
  const passed = new PassedClients(time);
  const open = (facts = STRANGER) =>
    openDoor({
      facts,
      clock: time,
      pregreet: {
        passed,
        settings: {
          waitMs: 6_000,
          action: 'enforce',
          banner: 'mail.valija.test ESMTP Valija',
          lifetimeMs: 86_400_000,
          mostRemembered: 100,
          mynetworks: parseIpNetworks(['198.51.100.0/24']),
          ...settings,
        },
      },
      acceptance: {
        decideConnection: async ({ profile }, spokeFirst) =>
          decideConnection({ profile, myhostname: 'mail.valija.test', spokeFirst }),
      },
    });
  return { time, passed, open };
}

const TEASER = '220-mail.valija.test ESMTP Valija\r\n';
const GREETING = '220 mail.valija.test ESMTP Valija\r\n';
const SPOKEN = 'EHLO spam.example\r\nMAIL FROM:<a@b.example>\r\n';

test('[C35] who waits sees one greeting of two lines, and does not wait the next time', async () => {
  const { time, open } = guardedDoor();
  const first = open();
  assert.equal(await first.client.waitFor(TEASER), TEASER);
  time.jump(6_000);
  first.client.letReadTimeOut();
  first.client.send('EHLO mail.example.org\r\nQUIT\r\n');
  assert.ok((await first.client.readToEnd()).startsWith(`${GREETING}250-`));
  await first.over;
  assert.match(first.log.text(), /postscreen: PASS NEW \[192\.0\.2\.1\]:4321/);
  const second = open();
  assert.equal(await second.client.waitFor(GREETING), GREETING);
  assert.match(second.log.text(), /PASS OLD \[192\.0\.2\.1\]:4321/);
  second.client.close();
  await second.over;
});

test('[C35] who talks first is refused, logged, and not let in by anything it says', async () => {
  const { time, open, passed } = guardedDoor();
  const { client, log, over, taken } = open();
  await client.waitFor(TEASER);
  time.jump(120);
  client.send(SPOKEN);
  client.send('RCPT TO:<usuario1@valija.test>\r\nQUIT\r\n');
  const heard = await client.readToEnd();
  await over;
  assert.match(heard, /^550 5\.5\.1 Protocol error\r\n(503 [^\r]*\r\n){3}221 /);
  assert.match(
    log.text(),
    /PREGREET 44 after 0\.12 from \[192\.0\.2\.1\]:4321: EHLO spam\.example\\r\\nMAIL FROM:<a@b\.example>\\r\\n/,
  );
  assert.equal(taken.length, 0);
  assert.equal(passed.has('192.0.2.1'), false);
});

test('[C35] with drop the connection ends, with ignore it is logged and nothing said is lost', async () => {
  for (const [action, heard] of [
    ['drop', /^521 5\.5\.1 Protocol error\r\n$/],
    ['ignore', /^220 .*\r\n250-[\s\S]*250 2\.1\.0 /],
  ] as const) {
    const { client, log, over } = guardedDoor({ action }).open();
    await client.waitFor(TEASER);
    client.send(SPOKEN);
    client.close();
    assert.match(await client.readToEnd(), heard);
    await over;
    assert.match(log.text(), /PREGREET/);
  }
});

test('[C35] mynetworks do not wait, and without a line to show nobody is shown one', async () => {
  const near = guardedDoor().open({ ...STRANGER, clientAddress: '198.51.100.7' });
  assert.equal(await near.client.waitFor(GREETING), GREETING);
  assert.doesNotMatch(near.log.text(), /postscreen/);
  near.client.close();
  await near.over;
  const { client, over } = guardedDoor({ banner: '' }).open();
  client.send(SPOKEN);
  client.close();
  assert.match(await client.readToEnd(), /^550 /);
  await over;
});

test('who hangs up while it waits has not passed', async () => {
  const { time, open, passed } = guardedDoor();
  const { client, log, over } = open();
  await client.waitFor(TEASER);
  time.jump(1_500);
  client.close();
  await client.readToEnd();
  await over;
  assert.match(log.text(), /HANGUP after 1\.50 from \[192\.0\.2\.1\]:4321 in tests before SMTP handshake/);
  assert.equal(passed.size, 0);
});

test('what is said too early is shown in one line of the log, whatever octets it has', async () => {
  const { client, log, over } = guardedDoor().open();
  await client.waitFor(TEASER);
  client.send(Buffer.from(`\x16\x03\x01\\\n\xff\u0085${'x'.repeat(10_000)}`, 'latin1'));
  client.close();
  await client.readToEnd();
  await over;
  const line = log.lines.find(({ text }) => text.startsWith('PREGREET'))?.text ?? '';
  assert.ok(line.includes(': \\026\\003\\001\\\\\\n\\377\\205xxx'), line);
  assert.ok(line.length < 300);
});

test('[C35] a name that was found before the greeting stands in the log', async () => {
  const { client, log, over } = openDoor({
    facts: STRANGER,
    nameClient: async (facts) => {
      facts.clientName = 'mail.example.org';
    },
  });
  client.close();
  await client.readToEnd();
  await over;
  assert.match(log.text(), /smtpd: connect from mail\.example\.org\[192\.0\.2\.1\]/);
  assert.match(log.text(), /disconnect from mail\.example\.org\[192\.0\.2\.1\]/);
});
