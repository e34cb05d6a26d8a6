import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '#base/result.ts';
import type { MailServer } from '#mail/delivery/choose-servers.ts';
import type { Table } from '#mail/ports/table.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { type OtherServersOptions, otherServers, scriptedServer } from '../../../test/world/other-servers.ts';
import { deliveryJob, type JobOptions, outcomeLines, SAMPLE_MESSAGE } from '../../../test/world/outgoing-mail.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { mailServer, transportSecurity } from '../../../test/world/transport-security.ts';
import { DEFAULT_SMTP_CLIENT, type SmtpClientSettings } from './settings.ts';
import { createSmtpTransport } from './smtp-transport.ts';

const HOP = { transport: 'smtp', destination: 'example.org' } as const;
const MX1 = '192.0.2.1:25';
const MX2 = '192.0.2.2:25';

function numbered(number: number, isBest = number === 1): MailServer {
  const place = { name: `mx${number}.example.org`, address: `192.0.2.${number}` };
  return mailServer({ ...place, preference: number * 10, isBest });
}

interface WorldOptions extends OtherServersOptions {
  readonly settings?: Partial<SmtpClientSettings>;
  readonly chosen?: readonly MailServer[];
}

function openWorld(options: WorldOptions) {
  const dialer = otherServers(options);
  const log = collectingLog();
  const clock = fixedClock();
  const transport = createSmtpTransport(
    {
      ...transportSecurity(),
      dialer,
      chooseServers: async (destination) =>
        destination === 'nowhere.example'
          ? err({ kind: 'failed', status: '5.1.10', text: 'Domain nowhere.example does not accept mail (nullMX)' })
          : ok(options.chosen ?? [numbered(1), numbered(2)]),
      clock,
      alarm: systemAlarm,
      randomness: seededRandomness(),
      log,
    },
    {
      ...DEFAULT_SMTP_CLIENT,
      heloName: 'mail.valija.test',
      ownNames: new Set(['mail.valija.test']),
      ...options.settings,
    },
  );
  const deliver = async (job: Partial<JobOptions> = {}) => {
    const nextHop = job.nextHop ?? HOP;
    const arrivedMs = clock.nowMs();
    const report = await transport.deliver(deliveryJob({ ...job, nextHop, message: { arrivedMs, ...job.message } }));
    return outcomeLines(report);
  };
  return { dialer, log, clock, transport, deliver };
}

const HELLO = `
  S: 220 mx1.example.org ESMTP
  C: EHLO mail.valija.test
  S: 250-mx1.example.org
  S: 250-8BITMIME
  S: 250 PIPELINING
`;
const ENVELOPE = 'C: MAIL FROM:<usuario1@valija.test>\nC: RCPT TO:<ana@example.org>\nC: DATA\n';
const ACCEPT = `${ENVELOPE}S: 250 ok\nS: 250 ok\nS: 354 go on\nDATA\nS: 250 2.0.0 Ok: queued as 12AB\n`;

test('a message is carried, its dots stuffed; the next one takes the same connection', async () => {
  const contents: string[] = [];
  const world = openWorld({ servers: { [MX1]: [scriptedServer(`${HELLO}${ACCEPT}${ACCEPT}C: QUIT`, contents)] } });
  assert.deepEqual(await world.deliver(), ['delivered 2.0.0 250 2.0.0 Ok: queued as 12AB']);
  assert.equal(world.transport.waitingConnections, 1);
  assert.deepEqual(await world.deliver(), ['delivered 2.0.0 250 2.0.0 Ok: queued as 12AB']);
  assert.equal(world.dialer.dialled.length, 1);
  assert.equal(`${contents[1]}\r\n`, SAMPLE_MESSAGE.replace('\r\n.A', '\r\n..A'));
  world.transport[Symbol.dispose]();
  assert.deepEqual(world.dialer.surprises, []);
});

test('a connection that died while it waited is no failure: the message takes another', async () => {
  for (const end of ['CLOSE', 'S: 421 4.4.2 idle for too long\nCLOSE', 'C...\nCLOSE', 'C...\nS: 421 bye\nCLOSE']) {
    const servers = { [MX1]: [scriptedServer(`${HELLO}${ACCEPT}${end}`), scriptedServer(`${HELLO}${ACCEPT}`)] };
    const world = openWorld({ servers });
    await world.deliver();
    assert.deepEqual(await world.deliver(), ['delivered 2.0.0 250 2.0.0 Ok: queued as 12AB'], end);
    assert.equal(world.dialer.dialled.length, 2, end);
    world.transport[Symbol.dispose]();
  }
});

const REFUSED_BY_FIRST: readonly (readonly [script: string | undefined, goesOn: boolean, line: string])[] = [
  [undefined, true, 'deferred 4.4.1 connect to mx1.example.org[192.0.2.1]:25: Connection refused'],
  ['S: 421 busy', true, 'deferred 4.0.0 host mx1.example.org[192.0.2.1] refused to talk to me: 421 busy'],
  ['S: 554 5.7.1 no', true, 'deferred 4.7.1 host mx1.example.org[192.0.2.1] refused to talk to me: 554 5.7.1 no'],
  [
    'S: 220 x\nC...\nS: 500 e\nC...\nS: 550 no',
    false,
    'failed 5.0.0 host mx1.example.org[192.0.2.1] refused to talk to me: 550 no',
  ],
  [
    'CLOSE',
    true,
    'deferred 4.4.2 lost connection with mx1.example.org[192.0.2.1] while receiving the initial server greeting',
  ],
  [
    'S: 220 x\nC...\nCLOSE',
    true,
    'deferred 4.4.2 lost connection with mx1.example.org[192.0.2.1] while performing the EHLO handshake',
  ],
  [
    'S: hello',
    true,
    'deferred 4.5.0 protocol error: host mx1.example.org[192.0.2.1] sent no SMTP reply while receiving the initial server greeting',
  ],
  [
    `${HELLO}C...\nCLOSE`,
    true,
    'deferred 4.4.2 lost connection with mx1.example.org[192.0.2.1] while sending MAIL FROM',
  ],
  [
    `${HELLO}${ENVELOPE}S: 250 ok\nS: 450 4.2.1 greylisted\nS: 554 none`,
    true,
    'deferred 4.2.1 host mx1.example.org[192.0.2.1] said: 450 4.2.1 greylisted (in reply to RCPT TO command)',
  ],
  [
    `${HELLO}${ENVELOPE}S: 250 ok\nS: 550-5.1.1 no\nS: 550 5.1.1 user\nS: 554 none`,
    false,
    'failed 5.1.1 host mx1.example.org[192.0.2.1] said: 550-5.1.1 no 550 5.1.1 user (in reply to RCPT TO command)',
  ],
  [
    `${HELLO}${ENVELOPE}S: 451 4.3.0 busy\nS: 503 x\nS: 503 x`,
    true,
    'deferred 4.3.0 host mx1.example.org[192.0.2.1] said: 451 4.3.0 busy (in reply to MAIL FROM command)',
  ],
  [
    `${HELLO}${ENVELOPE}S: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nS: 554 5.7.1 spam`,
    false,
    'failed 5.7.1 host mx1.example.org[192.0.2.1] said: 554 5.7.1 spam (in reply to end of DATA command)',
  ],
  [
    `${HELLO}${ENVELOPE}S: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nCLOSE`,
    false,
    'deferred 4.4.2 lost connection with mx1.example.org[192.0.2.1] while sending end of data -- message may be sent more than once',
  ],
  [
    'S: 220 x\nC...\nS: 250 mail.valija.test',
    false,
    'failed 5.4.6 mail loops back to myself: host mx1.example.org[192.0.2.1] greets with my own hostname',
  ],
];

for (const [script, goesOn, line] of REFUSED_BY_FIRST) {
  test(`[C21] ${line}`, async () => {
    const server = script === undefined ? 'Connection refused' : scriptedServer(script);
    const alone = openWorld({ servers: { [MX1]: [server] }, chosen: [numbered(1)] });
    assert.deepEqual(await alone.deliver(), [line]);
    const both = openWorld({ servers: { [MX1]: [server], [MX2]: [scriptedServer(`${HELLO}${ACCEPT}`)] } });
    assert.deepEqual(await both.deliver(), [goesOn ? 'delivered 2.0.0 250 2.0.0 Ok: queued as 12AB' : line]);
    both.transport[Symbol.dispose]();
    alone.transport[Symbol.dispose]();
  });
}

test('who was accepted at the first server is not tried at the second; who was deferred is', async () => {
  const first =
    scriptedServer(`${HELLO}C...\nC: RCPT TO:<a@x.example>\nC: RCPT TO:<b@x.example>\nC: RCPT TO:<c@x.example>\nC...
    S: 250 ok\nS: 250 ok\nS: 450 4.2.1 later\nS: 550 5.1.1 never\nS: 354 go on\nDATA\nS: 250 first`);
  const second = scriptedServer(
    `${HELLO}C...\nC: RCPT TO:<b@x.example>\nC...\nS: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nS: 250 second`,
  );
  const world = openWorld({ servers: { [MX1]: [first], [MX2]: [second] } });
  assert.deepEqual(await world.deliver({ recipients: ['a@x.example', 'b@x.example', 'c@x.example'] }), [
    'delivered 2.0.0 250 first',
    'delivered 2.0.0 250 second',
    'failed 5.1.1 host mx1.example.org[192.0.2.1] said: 550 5.1.1 never (in reply to RCPT TO command)',
  ]);
  assert.deepEqual(world.dialer.surprises, []);
  world.transport[Symbol.dispose]();
});

test('no more servers are talked to than smtp_mx_session_limit; those that cannot be reached do not count', async () => {
  const later = `${HELLO}C...\nC...\nC...\nS: 451 later\nS: 503 x\nS: 503 x`;
  const chosen = [1, 2, 3, 4].map((number) => numbered(number));
  const servers = Object.fromEntries(chosen.slice(1).map(({ address }) => [`${address}:25`, [scriptedServer(later)]]));
  const world = openWorld({ servers, chosen });
  await world.deliver();
  assert.deepEqual(
    world.dialer.dialled.map(({ target }) => target.kind === 'inet' && target.address),
    ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
  );
  world.transport[Symbol.dispose]();
});

test('a server that says nothing, or a little at a time, holds its own message and no other', async () => {
  const timeouts = { ...DEFAULT_SMTP_CLIENT.timeouts, heloMs: 150 };
  const drip = async (connection: Parameters<ReturnType<typeof scriptedServer>>[0]) => {
    for (let i = 0; i < 100; i++) {
      await connection.write('2');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  for (const slow of [scriptedServer('SILENCE'), drip]) {
    const world = openWorld({
      servers: { [MX1]: [slow, scriptedServer(`${HELLO}${ACCEPT}`)] },
      chosen: [numbered(1)],
      settings: { timeouts },
    });
    const held = world.deliver();
    const second = await world.deliver();
    // The clock of this world stands still: only the dialogue with the slow one needs it to go on.
    const ticking = setInterval(() => world.clock.advance(20), 20);
    const first = await held;
    clearInterval(ticking);
    assert.deepEqual(second, ['delivered 2.0.0 250 2.0.0 Ok: queued as 12AB']);
    assert.match(first[0] ?? '', /^deferred 4\.4\.2 conversation with mx1\S+ timed out while receiving the initial/);
    world.transport[Symbol.dispose]();
  }
});

function table(entries: Readonly<Record<string, string>>): Table {
  return { name: 'inline:{}', isPattern: false, find: async (key) => entries[key] };
}

const TLS_HELLO = 'S: 220 x\nC: EHLO mail.valija.test\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\n';
const AFTER_TLS = 'S: 220 go\nTLS\nC: EHLO mail.valija.test\nS: 250-mx\nS: 250 PIPELINING\n';

test('[C41] smtp_tls_security_level and smtp_tls_policy_maps', async () => {
  const cases: readonly (readonly [policy: string, script: string, line: RegExp])[] = [
    ['may', `${TLS_HELLO}${AFTER_TLS}${ACCEPT}`, /^delivered/],
    ['may', `S: 220 x\nC...\nS: 250-mx\nS: 250 PIPELINING\n${ACCEPT}`, /^delivered/],
    ['none', `S: 220 x\nC...\nS: 250-mx\nS: 250-STARTTLS\nS: 250 PIPELINING\n${ACCEPT}`, /^delivered/],
    ['encrypt', 'S: 220 x\nC...\nS: 250 mx', /^deferred 4\.7\.4 TLS is required, but was not offered by host mx1/],
    [
      'encrypt',
      `${TLS_HELLO}S: 454 4.7.0 no`,
      /^deferred 4\.7\.4 TLS is required, but host \S+ refused to start TLS: 454/,
    ],
    ['encrypt', `${TLS_HELLO}S: 220 go\nCLOSE`, /^deferred 4\.7\.5 Cannot start TLS: handshake failure/],
    [
      'verify',
      `${TLS_HELLO}${AFTER_TLS}${ACCEPT}`,
      /^deferred 4\.7\.5 Server certificate not verified: it is for mx.example.org/,
    ],
    ['secure match=.example.org', `${TLS_HELLO}${AFTER_TLS}${ACCEPT}`, /^delivered/],
    ['verify match=mx.example.org', `${TLS_HELLO}${AFTER_TLS}${ACCEPT}`, /^delivered/],
    [
      'fingerprint',
      '',
      /^deferred 4\.7\.5 TLS policy configuration error: inline:\{\}: example\.org: "fingerprint" is none of/,
    ],
  ];
  for (const [policy, script, line] of cases) {
    const world = openWorld({
      servers: { [MX1]: [scriptedServer(script)] },
      chosen: [numbered(1)],
      settings: { tlsPolicies: [table({ 'example.org': policy })] },
    });
    assert.match((await world.deliver())[0] ?? '', line, policy);
    world.transport[Symbol.dispose]();
  }
  const untrusted = openWorld({
    servers: { [MX1]: [scriptedServer(`${TLS_HELLO}${AFTER_TLS}${ACCEPT}`)] },
    chosen: [numbered(1)],
    identity: { distrust: 'self-signed certificate' },
    settings: { tlsLevel: 'secure' },
  });
  assert.deepEqual(await untrusted.deliver(), [
    'deferred 4.7.5 Server certificate not trusted (self-signed certificate)',
  ]);
});

test('[C41] with «may» a failed handshake defers; a message that has waited goes in clear', async () => {
  const broken = `${TLS_HELLO}S: 220 go\nCLOSE`;
  const clear = `S: 220 x\nC...\nS: 250-mx\nS: 250-STARTTLS\nS: 250 PIPELINING\n${ACCEPT}`;
  const servers = () => ({ [MX1]: [scriptedServer(broken), scriptedServer(clear)] });
  const fresh = openWorld({ servers: servers(), chosen: [numbered(1)] });
  assert.match((await fresh.deliver())[0] ?? '', /^deferred 4\.7\.5 Cannot start TLS: handshake failure/);
  const waited = openWorld({ servers: servers(), chosen: [numbered(1)] });
  const arrivedMs = waited.clock.nowMs() - 300_000;
  assert.match((await waited.deliver({ message: { arrivedMs } }))[0] ?? '', /^delivered/);
  waited.transport[Symbol.dispose]();
});

test('[C20] smtp_sasl_password_maps: by host, by host and port, by destination, by sender; never in clear', async () => {
  const login = `C: AUTH PLAIN ${btoa('\0usuario\0secreto')}\nS: 235 in\n`;
  const hello = `${TLS_HELLO}S: 220 go\nTLS\nC...\nS: 250-mx\nS: 250-AUTH PLAIN\nS: 250 PIPELINING\n`;
  for (const key of ['mx1.example.org', 'mx1.example.org:25', 'example.org', 'usuario1@valija.test', '@valija.test']) {
    const world = openWorld({
      servers: { [MX1]: [scriptedServer(`${hello}${login}${ACCEPT}`)] },
      settings: { passwords: [table({ [key]: 'usuario:secreto' })], senderDependentAuthentication: true },
    });
    assert.match((await world.deliver())[0] ?? '', /^delivered/, key);
    assert.deepEqual(world.dialer.surprises, []);
    assert.ok(!world.log.text().includes('secreto'));
    world.transport[Symbol.dispose]();
  }
  const clear = openWorld({
    servers: { [MX1]: [scriptedServer('S: 220 x\nC...\nS: 250-mx\nS: 250 AUTH PLAIN LOGIN')] },
    chosen: [numbered(1)],
    settings: { passwords: [table({ 'example.org': 'usuario:secreto' })] },
  });
  assert.match(
    (await clear.deliver())[0] ?? '',
    /^deferred 4\.7\.0 SASL authentication failed; .*no mechanism available/,
  );
});

test('what the server cannot take: size, SMTPUTF8, 8 bits in what cannot be taken apart, addresses that are none', async () => {
  const hello = 'S: 220 x\nC...\nS: 250-mx\nS: 250-SIZE 100\nS: 250 PIPELINING\n';
  const deliver = async (job: Partial<JobOptions>, script = hello) => {
    const world = openWorld({ servers: { [MX1]: [scriptedServer(script)] }, chosen: [numbered(1)] });
    const lines = await world.deliver(job);
    world.transport[Symbol.dispose]();
    return lines;
  };
  assert.deepEqual(await deliver({ content: 'x'.repeat(101) }), [
    'failed 5.3.4 message size 101 exceeds size limit 100 of server mx1.example.org[192.0.2.1]',
  ]);
  const utf8 = { content: 'Subject: ñ\r\n\r\n', message: { smtpUtf8: true } };
  assert.deepEqual(await deliver(utf8), [
    'failed 5.6.7 SMTPUTF8 is required, but was not offered by host mx1.example.org[192.0.2.1]',
  ]);
  const bad = ['a@b\r\nRCPT TO:<c@d>', 'a@b>', '<a@b', 'a b@c', ''].map((address) => ({ address }));
  const refused = await deliver({ recipients: bad, content: 'a\r\n' });
  assert.deepEqual(
    refused,
    bad.map(() => 'failed 5.1.3 bad address syntax'),
    '[T8]',
  );
  // SMTPUTF8 was asked for and is not needed: ASCII addresses, one of them by its A-label, and an ASCII header.
  const plain = `${hello}C: MAIL FROM:<usuario1@valija.test> SIZE=6\nC: RCPT TO:<a@xn--espaa-rta.example>\nC...
    S: 250 ok\nS: 250 ok\nS: 354 go\nDATA\nS: 250 ok`;
  const recipients = ['a@españa.example', 'ñ@example.org'];
  assert.deepEqual(await deliver({ recipients, content: 'a: b\r\n', message: { smtpUtf8: true } }, plain), [
    'delivered 2.0.0 250 ok',
    'failed 5.6.7 SMTPUTF8 is required, but was not offered by host mx1.example.org[192.0.2.1]',
  ]);
});

test('[C73] 8-bit text for a server without 8BITMIME is sent as quoted-printable', async () => {
  const contents: string[] = [];
  const script = `S: 220 x\nC...\nS: 250-mx\nS: 250 PIPELINING\n${ACCEPT}`;
  const world = openWorld({ servers: { [MX1]: [scriptedServer(script, contents)] } });
  const content =
    'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nma\u00f1ana\r\n.\r\n';
  assert.match((await world.deliver({ content, message: { body: '8BITMIME' } }))[0] ?? '', /^delivered/);
  assert.equal(
    contents[0],
    'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nma=C3=B1ana\r\n..',
  );
  world.transport[Symbol.dispose]();
});

test('a server that refuses in the middle of a large content is heard, and the rest is not sent', async () => {
  const early = async (connection: Parameters<ReturnType<typeof scriptedServer>>[0]) => {
    await connection.write('220 x\r\n');
    await connection.read(1_000);
    await connection.write('250 PIPELINING\r\n');
    await connection.read(1_000);
    await connection.write('250-x\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 go\r\n552 5.3.4 too much\r\n');
    await connection.close();
  };
  const world = openWorld({ servers: { [MX1]: [early] }, chosen: [numbered(1)] });
  const [line = ''] = await world.deliver({ content: 'x'.repeat(500_000) });
  assert.match(line, /^(?:failed 5\.3\.4 host .* said: 552 5\.3\.4|deferred 4\.\d\.\d )/);
  world.transport[Symbol.dispose]();
});

test('no server: what the search for one said is the answer', async () => {
  const world = openWorld({ servers: {} });
  assert.deepEqual(await world.deliver({ nextHop: { transport: 'smtp', destination: 'nowhere.example' } }), [
    'failed 5.1.10 Domain nowhere.example does not accept mail (nullMX)',
  ]);
});

test('an idle connection is taken leave of, and so is one too many', async () => {
  const cache = { ...DEFAULT_SMTP_CLIENT.cache, idleMs: 30 };
  const world = openWorld({
    servers: { [MX1]: [scriptedServer(`${HELLO}${ACCEPT}C: QUIT\nS: 221 bye`)] },
    settings: { cache },
  });
  await world.deliver();
  assert.equal(world.transport.waitingConnections, 1);
  world.clock.advance(30);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(world.transport.waitingConnections, 0);
  const one = { ...DEFAULT_SMTP_CLIENT.cache, messages: 1 };
  const single = openWorld({
    servers: { [MX1]: [scriptedServer(`${HELLO}${ACCEPT}C: QUIT`)] },
    settings: { cache: one },
  });
  await single.deliver();
  assert.equal(single.transport.waitingConnections, 0);
  assert.deepEqual([...world.dialer.surprises, ...single.dialer.surprises], []);
});
