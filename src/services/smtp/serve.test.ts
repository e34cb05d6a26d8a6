import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WorldError } from '#base/world-error.ts';
import type { Profile } from '#protocols/smtp/profile.ts';
import { type DoorOptions, openDoor } from '../../../test/dialogs/smtp/door.ts';
import { diskFull } from '../../../test/world/content.ts';

const GREETINGS = { smtp: 'EHLO', submission: 'EHLO', submissions: 'EHLO', lmtp: 'LHLO' } as const;
const LOGIN = 'AUTH PLAIN AHVzdWFyaW8xAHVzdWFyaW8x\r\n';

function envelope(profile: Profile['name'] = 'smtp', parameters = ''): string {
  const login = profile === 'submissions' ? LOGIN : '';
  const mail = `MAIL FROM:<usuario1@valija.test>${parameters}\r\nRCPT TO:<usuario2@valija.test>\r\n`;
  return `${GREETINGS[profile]} client.example\r\n${login}${mail}`;
}

/** Says it all, half-closes, and hears the service out. */
async function talk(said: string | Buffer, options: DoorOptions = {}, chunkOctets = Number.POSITIVE_INFINITY) {
  const door = openDoor(options);
  const octets = Buffer.from(said as string, 'latin1');
  for (let at = 0; at < octets.length; at += chunkOctets) {
    door.client.send(octets.subarray(at, Math.min(octets.length, at + chunkOctets)));
  }
  door.client.close();
  const heard = await door.client.readToEnd();
  await door.over;
  assert.equal(door.contentStore.openWriters, 0, 'nothing is left in the content store');
  return { ...door, heard, codes: heard.split('\r\n').flatMap((line) => /^(\d{3}) /.exec(line)?.[1] ?? []) };
}

const ENDINGS = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r\n\x00.\r\n',
  '\r.\r\n',
  '\r\n.\r',
  '\n\n.\n\n',
  '\r\n.\r\r\n',
];

for (const profile of ['smtp', 'submissions', 'lmtp'] as const) {
  test(`[T1][T2] smuggling through ${profile} DATA: one message or a 550 and the end, never two`, async () => {
    for (const ending of ENDINGS) {
      const smuggled = `MAIL FROM:<forged@example.com>\r\nRCPT TO:<usuario1@valija.test>\r\nDATA\r\nforged\r\n.\r\n`;
      const said = `${envelope(profile)}DATA\r\nSubject: a\r\n\r\nhello${ending}${smuggled}QUIT\r\n`;
      for (const chunkOctets of [Number.POSITIVE_INFINITY, 1, 7]) {
        const { taken, heard, abandoned } = await talk(said, { profile }, chunkOctets);
        const what = `${JSON.stringify(ending)} in chunks of ${chunkOctets}`;
        if (ending.includes('\x00')) {
          assert.equal(taken.length, 1, what);
          assert.match(taken[0]?.octets ?? '', /MAIL FROM:<forged/, what);
        } else {
          assert.equal(taken.length, 0, what);
          assert.match(heard, /354 [^\r]*\r\n550 5\.6\.11 [^\r]*\r\n$/, what);
          assert.deepEqual(abandoned, ['failed'], what);
        }
      }
    }
  });

  test(`[T1] smuggling through ${profile} BDAT: what is counted is content`, async () => {
    for (const ending of ['\r\n.\r\n', ...ENDINGS]) {
      const content = `Subject: a\r\n\r\nhello${ending}MAIL FROM:<forged@example.com>\r\nRSET\r\n`;
      const said = `${envelope(profile)}BDAT ${content.length} LAST\r\n${content}NOOP\r\nQUIT\r\n`;
      for (const chunkOctets of [Number.POSITIVE_INFINITY, 1, 7]) {
        const { taken, heard } = await talk(said, { profile }, chunkOctets);
        const clean = !/(?<!\r)\n|\r(?!\n)/.test(ending);
        assert.equal(taken.length, clean ? 1 : 0, JSON.stringify(ending));
        if (clean) assert.equal(taken[0]?.octets, content);
        const last = clean ? '250 2\\.0\\.0 Ok: queued as Q1' : '550 5\\.6\\.11 [^\\r]*';
        assert.match(
          heard,
          new RegExp(`250 2\\.1\\.5 Ok\\r\\n${last}\\r\\n250 2\\.0\\.0 Ok\\r\\n221 `),
          JSON.stringify(ending),
        );
      }
    }
  });
}

test('[T1] bare CR or LF between commands ends the session', async () => {
  for (const ending of ['\n', '\r', '\n\r', '\r\r\n']) {
    const { heard, taken } = await talk(`${envelope()}NOOP${ending}DATA\r\nx\r\n.\r\nQUIT\r\n`);
    assert.match(heard, /500 5\.5\.2 [^\r]*\r\n$/);
    assert.equal(taken.length, 0);
  }
});

test('[T1] a chunk may end between CR and LF, but the message may not', async () => {
  const split = await talk(`${envelope()}BDAT 2\r\na\rBDAT 1\r\n\nBDAT 0 LAST\r\nQUIT\r\n`);
  assert.equal(split.taken[0]?.octets, 'a\r\n');
  const open = await talk(`${envelope()}BDAT 2\r\na\rBDAT 0 LAST\r\nQUIT\r\n`);
  assert.equal(open.taken.length, 0);
  assert.match(open.heard, /550 5\.6\.11 /);
});

async function injectBehindStartTls(profile: 'smtp' | 'submission' | 'lmtp', chunkOctets: number): Promise<void> {
  const greet = GREETINGS[profile];
  const clear = Buffer.from(`${greet} a\r\nSTARTTLS\r\n${greet} evil\r\nMAIL FROM:<evil@b>\r\n`);
  const { client, over, abandoned } = openDoor({ profile });
  for (let at = 0; at < clear.length; at += chunkOctets) client.send(clear.subarray(at, at + chunkOctets));
  await client.waitFor('220 2.0.0 Ready to start TLS\r\n');
  await client.startTls();
  client.send('RCPT TO:<usuario1@valija.test>\r\nQUIT\r\n');
  assert.match(await client.readToEnd(), /^503 5\.5\.1 Send [^\r]* first\r\n221 [^\r]*\r\n$/);
  await over;
  assert.deepEqual(abandoned, []);
}

test('[T3][T4] commands behind STARTTLS are dropped, however they are cut, in many sessions at once', async () => {
  const sessions = (['smtp', 'submission', 'lmtp'] as const).flatMap((profile) =>
    [1, 2, 3, 5, 7, 11, 1_000].map((chunkOctets) => injectBehindStartTls(profile, chunkOctets)),
  );
  await Promise.all(sessions);
});

test('[T3] a handshake that fails ends the connection without a word', async () => {
  const { client, over, log } = openDoor({ failTls: true });
  client.send('EHLO a\r\nSTARTTLS\r\n');
  await client.waitFor('220 2.0.0 Ready to start TLS\r\n');
  await assert.rejects(client.startTls());
  assert.equal(await client.readToEnd(), '');
  await over;
  assert.match(log.text(), /lost connection in phase securing/);
});

test('[T5] a line without an end is cut off at its limit', async () => {
  const { client, over } = openDoor();
  const chunk = Buffer.alloc(65_536, 'a');
  for (let i = 0; i < 100; i++) client.send(chunk);
  const heard = await client.readToEnd();
  assert.match(heard, /^220 [^\r]*\r\n500 5\.5\.2 Line too long\r\n$/);
  await over;
});

test('[T12] EHLO with 64 KB is refused', async () => {
  const { heard } = await talk(`EHLO ${'a'.repeat(65_536)}\r\nQUIT\r\n`);
  assert.match(heard, /\r\n500 5\.5\.2 Line too long\r\n$/);
});

test('a SASL line may be longer than a command, up to its own limit', async () => {
  const long = Buffer.alloc(9_000, 'x').toString('base64');
  const fits = await talk(`EHLO a\r\nAUTH PLAIN\r\n${long}\r\nQUIT\r\n`, { profile: 'submissions' });
  assert.deepEqual(fits.codes.slice(-3), ['334', '501', '221']);
  const over = await talk(`EHLO a\r\nAUTH PLAIN\r\n${long}${long}\r\nQUIT\r\n`, { profile: 'submissions' });
  assert.match(over.heard, /500 5\.5\.6 Line too long\r\n$/);
});

test('[T6][T22] the size limit holds for DATA, for one chunk, for many, and for LMTP', async () => {
  const limits = { messageOctets: 1_000 };
  const line = `${'a'.repeat(98)}\r\n`;
  const chunks = (count: number) => `${`BDAT 100\r\n${line}`.repeat(count)}BDAT 0 LAST\r\n`;
  for (const [name, fitting, large] of [
    ['DATA', `DATA\r\n${line.repeat(10)}.\r\n`, `DATA\r\n${line.repeat(10)}\r\n.\r\n`],
    ['BDAT', `BDAT 1000 LAST\r\n${line.repeat(10)}`, `BDAT 1100 LAST\r\n${line.repeat(11)}`],
    ['chunks', chunks(10), chunks(11)],
  ] as const) {
    for (const profile of ['smtp', 'lmtp'] as const) {
      const taken = await talk(`${envelope(profile)}${fitting}QUIT\r\n`, { profile, limits });
      assert.equal(taken.taken[0]?.octets, line.repeat(10), name);
      const refused = await talk(`${envelope(profile)}${large}NOOP\r\nQUIT\r\n`, { profile, limits });
      assert.match(refused.heard, /552 5\.3\.4 /, name);
      assert.match(refused.heard, /250 2\.0\.0 Ok\r\n221 [^\r]*\r\n$/, 'the session goes on');
      assert.equal(refused.taken.length, 0, name);
      assert.deepEqual(refused.abandoned, ['too-large'], name);
    }
  }
});

test('[T6] what is far too large is not read to its end', async () => {
  const limits = { messageOctets: 1_000, discardOctets: 1_000 };
  const data = await talk(`${envelope()}DATA\r\n${'a'.repeat(2_001)}\r\n.\r\nNOOP\r\n`, { limits });
  assert.match(data.heard, /354 [^\r]*\r\n552 5\.3\.4 [^\r]*\r\n$/);
  const chunk = await talk(`${envelope()}BDAT 2001\r\n${'a'.repeat(2_001)}NOOP\r\n`, { limits });
  assert.match(chunk.heard, /552 5\.3\.4 [^\r]*\r\n$/);
});

test('[T6] a hundred thousand chunks of one octet are one message', async () => {
  const count = 100_000;
  const { taken, heard } = await talk(`${envelope()}${'BDAT 1\r\nx'.repeat(count)}BDAT 0 LAST\r\nQUIT\r\n`, {}, 65_536);
  assert.equal(taken[0]?.octets.length, count);
  assert.match(heard, /queued as Q1\r\n221 /);
});

test('[T7] a client that vanishes at any octet leaves nothing behind', async () => {
  for (const said of [
    `${envelope()}DATA\r\nSubject: a\r\n\r\nhello\r\n.\r\n`,
    `${envelope()}BDAT 10\r\n12345678\r\nBDAT 4 LAST\r\nab\r\n`,
    'EHLO a\r\nAUTH LOGIN\r\ndXN1YXJpbzE=\r\n',
  ]) {
    const profile = said.includes('AUTH') ? 'submissions' : 'smtp';
    for (let cut = 0; cut < said.length; cut++) {
      const closed = await talk(said.slice(0, cut), { profile });
      assert.equal(closed.taken.length, 0, `closed after ${cut}`);
      const { client, over, taken, contentStore } = openDoor({ profile });
      client.send(said.slice(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      client.reset();
      await over;
      assert.equal(taken.length, 0, `reset after ${cut}`);
      assert.equal(contentStore.openWriters, 0);
    }
  }
});

test('a full disk is 452 4.3.1 and the session goes on; another failure is 451', async () => {
  const broken = new WorldError('write', { transient: true, cause: new Error('EIO') });
  for (const [failure, expected] of [
    [diskFull(), /452 4\.3\.1 /],
    [broken, /451 4\.3\.0 /],
  ] as const) {
    for (const content of ['DATA\r\nhello\r\n.\r\n', 'BDAT 7 LAST\r\nhello\r\n', 'BDAT 0 LAST\r\n']) {
      const door = openDoor();
      door.contentStore.failure = failure;
      door.client.send(`${envelope()}${content}`);
      door.client.send('NOOP\r\nQUIT\r\n');
      const heard = await door.client.readToEnd();
      await door.over;
      assert.match(heard, expected, content);
      assert.match(heard, /250 2\.0\.0 Ok\r\n221 [^\r]*\r\n$/);
      assert.deepEqual(door.abandoned, ['failed']);
      assert.equal(heard.includes('EIO'), false, 'no detail for strangers');
      assert.match(door.log.text(), /warning: write/);
    }
  }
});

test('a failing directory is an answer, a bug ends this connection with 421', async () => {
  const failing = async () => Promise.reject(new WorldError('directory', { transient: true }));
  const later = await talk('EHLO a\r\nMAIL FROM:<a@b>\r\nQUIT\r\n', { acceptance: { openTransaction: failing } });
  assert.match(later.heard, /451 4\.3\.0 [^\r]*\r\n221 /);
  const wrong = async () => Promise.reject(new Error('secret detail'));
  const bug = await talk('EHLO a\r\nMAIL FROM:<a@b>\r\nQUIT\r\n', { acceptance: { openTransaction: wrong } });
  assert.match(bug.heard, /421 4\.3\.0 mail\.valija\.test Internal error, closing\r\n$/);
  assert.match(bug.log.text(), /error smtpd: bug in phase asking: Error: secret detail/);
  const closed = await talk('EHLO a\r\n', { acceptance: { decideConnection: failing } });
  assert.match(closed.heard, /^421 4\.3\.0 /);
});

test('an idle client is told so; a line has one deadline however slowly it comes', async () => {
  const { client, over } = openDoor({ limits: { commandTimeoutMs: 1_000, contentTimeoutMs: 2_000 } });
  await client.waitFor('Valija\r\n');
  assert.equal(client.lastReadTimeoutMs, 1_000);
  client.send(`${envelope()}DATA\r\n`);
  await client.waitFor('354 End data with <CR><LF>.<CR><LF>\r\n');
  assert.equal(client.lastReadTimeoutMs, 2_000);
  client.letReadTimeOut();
  assert.equal(await client.readToEnd(), '421 4.4.2 mail.valija.test Timeout, closing\r\n');
  await over;
});

test('replies to commands that came together leave together', async () => {
  const { client, over } = openDoor();
  await client.waitFor('Valija\r\n');
  client.send('NOOP\r\nNOOP\r\nVRFY a\r\nNOOP\r\n');
  const first = await client.read(60_000);
  assert.equal(first?.toString().split('\r\n').length, 5);
  client.close();
  await over;
});

test('a client that does not read its replies holds itself back', async () => {
  const { client, over } = openDoor({
    windowBytes: 1_000,
    limits: { waitingReplyChars: 500, junkCommands: 10_000 },
  });
  for (let i = 0; i < 100; i++) client.send('NOOP\r\n'.repeat(100));
  client.close();
  const heard = await client.readToEnd();
  assert.equal(heard.split('\r\n').length, 10_000 + 2);
  await over;
});

test('[C55] what is known of the session goes with the message', async () => {
  const { taken } = await talk(
    `${envelope('submissions', ' SIZE=7 BODY=8BITMIME RET=FULL ENVID=a+2Bb')}DATA\r\nhello\r\n.\r\n`,
    {
      profile: 'submissions',
    },
  );
  const { session, parameters, reversePath, octets, recipients } = taken[0]!;
  assert.equal(session.profile, 'submissions');
  assert.equal(session.helo, 'client.example');
  assert.equal(session.extended, true);
  assert.equal(session.tls?.version, 'TLSv1.3');
  assert.deepEqual(session.login, { account: 'usuario1@valija.test', mechanism: 'PLAIN' });
  assert.deepEqual(reversePath, { localPart: 'usuario1', domain: 'valija.test' });
  assert.deepEqual(recipients, ['usuario2@valija.test']);
  assert.deepEqual(parameters, {
    declaredSizeBytes: 7,
    body: '8BITMIME',
    smtpUtf8: false,
    auth: undefined,
    dsn: { ret: 'FULL', envid: 'a+b' },
  });
  assert.equal(octets, 'hello\r\n');
});

test('passwords are in no log line', async () => {
  const { log } = await talk(`EHLO a\r\n${LOGIN}QUIT\r\n`, { profile: 'submissions' });
  assert.equal(log.text().includes('AHVzdWFyaW8x'), false);
  assert.equal(/\0/.test(log.text()), false);
});

test('[T1] a sender with bare line feeds sends it all, and then hears why it is refused', async () => {
  const long = 'a line\n'.repeat(50_000);
  for (const ending of ['\r\n.\r\n', '\n.\n', '\r.\r']) {
    const { client, over, taken, contentStore } = openDoor();
    client.send(`${envelope()}DATA\r\n${long}`);
    await client.waitFor('354 End data with <CR><LF>.<CR><LF>\r\n');
    assert.equal(contentStore.openWriters, 0, 'nothing of it is kept');
    client.send(ending);
    assert.match(await client.readToEnd(), /^550 5\.6\.11 [^\r]*\r\n$/);
    await over;
    assert.equal(taken.length, 0);
  }
});

test('[T8] octets that are no UTF-8, and NUL, are refused in every command, and the session lives on', async () => {
  const verbs = [
    'HELO',
    'EHLO',
    'MAIL FROM:',
    'RCPT TO:',
    'DATA',
    'BDAT',
    'RSET',
    'NOOP',
    'QUIT',
    'VRFY',
    'HELP',
    'AUTH',
  ];
  const octets = ['\xc0\xaf', '\xed\xa0\x80', '\xe2\x82', '\x00', '\xe9', '\xff\xfe'];
  for (const before of ['', 'EHLO a\r\n', envelope()]) {
    for (const verb of verbs) {
      const lines = octets.map((each) => `${verb} <a${each}@b>\r\n`).join('');
      const { heard } = await talk(`${before}${lines}NOOP\r\nQUIT\r\n`);
      const tail = /(?:501 5\.5\.2 [^\r]*\r\n){6}250 2\.0\.0 Ok\r\n221 [^\r]*\r\n$/;
      assert.match(heard, tail, `${verb} behind ${JSON.stringify(before)}`);
    }
  }
});

test('a session does not depend on how TCP cut it', async () => {
  const parts = [
    'EHLO a\r\n',
    'LHLO a\r\n',
    'MAIL FROM:<a@b>\r\n',
    'MAIL FROM:<a@b> BODY=BINARYMIME\r\n',
    'RCPT TO:<usuario1@valija.test>\r\n',
    'RCPT TO:<nobody@valija.test>\r\n',
    'DATA\r\n..a\r\n.\r\n',
    'DATA\r\na\n.\n',
    'BDAT 5\r\n.\r\na\r',
    'BDAT 3 LAST\r\n\nb\n',
    'RSET\r\n',
    'NOOP\n',
    'NO\x00OP\r\n',
    'STARTTLS now\r\n',
    'QUIT\r\n',
  ];
  const profile = fc.constantFrom<Profile['name']>('smtp', 'lmtp');
  const script = fc.array(fc.constantFrom(...parts), { minLength: 3, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(profile, script, fc.integer({ min: 1, max: 20 }), async (name, said, chunkOctets) => {
      const text = said.join('');
      const whole = await talk(text, { profile: name });
      const cut = await talk(text, { profile: name }, chunkOctets);
      assert.equal(cut.heard, whole.heard);
      assert.deepEqual(
        cut.taken,
        whole.taken.map((each, i) => ({ ...each, session: cut.taken[i]?.session })),
      );
    }),
    { numRuns: 200 },
  );
});

test('what the server says last goes out as a challenge, and only an empty line behind it logs in', async () => {
  const exchange = 'EHLO a\r\nAUTH SCRAM-SHA-256 dXN1YXJpbzE=\r\ndXN1YXJpbzE=\r\n';
  for (const [last, expected] of [
    ['', /334 dj1wcm9vZg==\r\n235 2\.7\.0 [^\r]*\r\n250 2\.1\.0 Ok\r\n221 /],
    ['*', /334 dj1wcm9vZg==\r\n501 5\.7\.0 [^\r]*\r\n530 5\.7\.0 [^\r]*\r\n221 /],
    ['AA==', /334 dj1wcm9vZg==\r\n501 5\.5\.2 [^\r]*\r\n530 5\.7\.0 [^\r]*\r\n221 /],
  ] as const) {
    const said = `${exchange}${last}\r\nMAIL FROM:<usuario1@valija.test>\r\nQUIT\r\n`;
    assert.match((await talk(said, { profile: 'submissions' })).heard, expected, last);
  }
});

test('«later» is said as it was decided, and is no mistake of the client', async () => {
  const later = 'RCPT TO:<usuario1@slow.valija.test>\r\n'.repeat(30);
  const { codes } = await talk(`${envelope()}${later}QUIT\r\n`);
  assert.deepEqual(codes.slice(-31), [...Array.from({ length: 30 }, () => '450'), '221']);
});
