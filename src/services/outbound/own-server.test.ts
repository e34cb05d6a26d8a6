// Our own server takes what our own client brings.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { type Door, type DoorOptions, openDoor, plainLogin } from '../../../test/dialogs/smtp/door.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { outgoingConnection } from '../../../test/world/other-servers.ts';
import { deliveryJob, type JobOptions, outcomeLines, SAMPLE_MESSAGE } from '../../../test/world/outgoing-mail.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { mailServer, transportSecurity } from '../../../test/world/transport-security.ts';
import { DEFAULT_LMTP_CLIENT, DEFAULT_SMTP_CLIENT, type SmtpClientSettings } from './settings.ts';
import { createSmtpTransport } from './smtp-transport.ts';

async function carry(job: JobOptions, doorOptions: DoorOptions, settings: Partial<SmtpClientSettings> = {}) {
  const doors: Door[] = [];
  const isLmtp = job.nextHop.transport === 'lmtp';
  const transport = createSmtpTransport(
    {
      dialer: {
        async dial() {
          const door = openDoor(doorOptions);
          doors.push(door);
          return ok(outgoingConnection(door.client));
        },
      },
      ...transportSecurity(),
      chooseServers: async () => ok([mailServer({ name: 'mx.example.org', isProven: true })]),
      clock: fixedClock(),
      alarm: systemAlarm,
      randomness: seededRandomness(),
      log: collectingLog(),
    },
    {
      ...(isLmtp ? DEFAULT_LMTP_CLIENT : DEFAULT_SMTP_CLIENT),
      heloName: 'client.example',
      ownNames: new Set(),
      ...settings,
    },
  );
  const first = await transport.deliver(deliveryJob(job));
  const second = await transport.deliver(deliveryJob(job));
  transport[Symbol.dispose]();
  await Promise.all(doors.map(({ over }) => over));
  return { first, second, doors, taken: doors.flatMap(({ taken }) => taken) };
}

const HOP = { transport: 'smtp', destination: 'valija.test' } as const;
const OURS = ['usuario1@valija.test', 'usuario2@valija.test'];

test('SMTP: over TLS where it is offered, two messages on one connection, extensions used', async () => {
  const notify = { notify: ['SUCCESS'] as const, orcpt: 'rfc822;a+b@example.org' };
  const recipients = [{ address: OURS[0] ?? '', parameters: notify }];
  const content = 'Subject: caf\u00e9\r\n\r\n\u00f1\r\n.\r\n';
  const { first, taken, doors } = await carry(
    {
      nextHop: HOP,
      recipients,
      content,
      message: { body: '8BITMIME', smtpUtf8: true, dsn: { ret: 'HDRS', envid: 'x=1' } },
    },
    {},
  );
  assert.deepEqual(outcomeLines(first), ['delivered 2.0.0 250 2.0.0 Ok: queued as Q1']);
  assert.equal(first.outcomes[0]?.passedDsn, true);
  assert.equal(first.outcomes[0]?.tls, 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)');
  assert.equal(doors.length, 1);
  assert.equal(taken.length, 2);
  assert.equal(Buffer.from(taken[0]?.octets ?? '', 'latin1').toString(), content);
  assert.equal(taken[0]?.session.tls?.version, 'TLSv1.3');
  assert.deepEqual(taken[0]?.parameters.dsn, { ret: 'HDRS', envid: 'x=1' });
  assert.equal(taken[0]?.parameters.body, '8BITMIME');
  assert.equal(taken[0]?.parameters.smtpUtf8, true);
});

test('[C20] submission: TLS, then a login', async () => {
  const passwords = [{ name: 'inline:{}', isPattern: false, find: async () => 'usuario1:usuario1' }];
  const settings = { passwords, saslTlsSecurityOptions: [], tlsLevel: 'encrypt' as const };
  const { first, taken } = await carry(
    { nextHop: HOP, recipients: OURS.slice(0, 1) },
    { profile: 'submission', login: loginWithPlain() },
    settings,
  );
  assert.deepEqual(outcomeLines(first), ['delivered 2.0.0 250 2.0.0 Ok: queued as Q1']);
  assert.equal(taken[0]?.session.login?.account, 'usuario1@valija.test');
});

function loginWithPlain(): NonNullable<DoorOptions['login']> {
  const login = plainLogin();
  return {
    ...login,
    mechanisms: (facts) => login.mechanisms(facts).filter((name) => !name.startsWith('SCRAM-SHA-256')),
  };
}

test('REQUIRETLS goes from one of ours to another', async () => {
  const message = { tlsWish: 'required' } as const;
  const { first, taken } = await carry({ nextHop: HOP, recipients: OURS.slice(0, 1), message }, {});
  assert.deepEqual(outcomeLines(first), ['delivered 2.0.0 250 2.0.0 Ok: queued as Q1']);
  assert.equal(first.outcomes[0]?.security?.basis, 'requiretls');
  assert.equal(taken[0]?.parameters.requireTls, true);
});

test('LMTP: one answer for each recipient', async () => {
  const nextHop = { transport: 'lmtp', destination: 'unix:/run/lmtp' } as const;
  const { first, taken } = await carry({ nextHop, recipients: OURS.slice(0, 2) }, { profile: 'lmtp' });
  assert.deepEqual(outcomeLines(first), Array(2).fill('delivered 2.0.0 250 2.0.0 Ok: queued as Q1'));
  assert.equal(taken[0]?.octets, SAMPLE_MESSAGE);
  assert.deepEqual(first.outcomes[0]?.remote, { name: 'client.example', address: '/run/lmtp', port: 0 });
});

test('binary content by BDAT, octet for octet', async () => {
  const content = Buffer.from(`Content-Transfer-Encoding: binary\r\n\r\na\nb\rc\x00\xff\r\n.\r\n`, 'latin1');
  const { first, taken } = await carry(
    { nextHop: HOP, recipients: OURS.slice(0, 1), content, message: { body: 'BINARYMIME' } },
    {},
  );
  assert.deepEqual(outcomeLines(first), ['delivered 2.0.0 250 2.0.0 Ok: queued as Q1']);
  assert.equal(taken[0]?.octets, content.toString('latin1'));
});
