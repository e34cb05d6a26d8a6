// Milters at the door, over real connections: what they are told, and what they refuse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { send, sessionAt } from '../../../test/world/acceptance-house.ts';
import { type GivenMilter, givenMilter, type MilterSaid } from '../../../test/world/given-milter.ts';
import { bring, houseWith, TEXT } from '../../../test/world/milter-house.ts';
import { until } from '../../../test/world/until.ts';

test('a milter is told of everything, in its order, with its macros [C24]', async () => {
  await using milter = await givenMilter();
  const house = houseWith([milter.name]);
  const said = await bring(house, { parameters: { declaredSizeBytes: 80, body: '8BITMIME' }, notify: ['NEVER'] });
  assert.match(said.at(-1) ?? '', /^250 2\.0\.0 /);
  const [queueId] = house.entries.map((entry) => entry.queueId);
  await until('the end of the connection', () => milter.connections.open === 0);
  const heard = milter.heard.map((line) => line.replaceAll(String(queueId), 'ID'));
  assert.deepEqual(heard.slice(1), [
    'D Cj|mail.valija.test|{daemon_name}|mail.valija.test|v|Valija|_|unknown [192.0.2.1]',
    'C unknown|4:192.0.2.1',
    'D H',
    'H cliente.example',
    'D Mi|ID|{mail_addr}|ana@example.org|{mail_host}|example.org|{mail_mailer}|smtp',
    'M <ana@example.org>|SIZE=80|BODY=8BITMIME',
    'D R{rcpt_addr}|usuario1@valija.test|{rcpt_mailer}|virtual',
    'R <usuario1@valija.test>|NOTIFY=NEVER',
    'D Ti|ID',
    'T',
    'L From|Ana <ana@example.org>',
    'L Subject|hola\n\tamiga',
    'D Ni|ID',
    'N',
    'B 11',
    'D Ei|ID',
    'E',
    'A',
    'Q',
  ]);
  assert.equal(milter.bodies[0]?.toString(), 'Uno\r\n.dos\r\n');
  assert.deepEqual(house.journeyLog.ofKind('milter'), [
    { kind: 'milter', stage: 'content', milter: milter.name, wish: 'nothing' },
  ]);
});

test('steps that it does not want it is not told of', async () => {
  const noBodyNoHeaders = (1 << 4) | (1 << 5) | (1 << 6) | (1 << 1) | (1 << 9);
  await using milter = await givenMilter({ steps: noBodyNoHeaders });
  const said = await bring(houseWith([milter.name]));
  assert.match(said.at(-1) ?? '', /^250 /);
  await until('the end of the connection', () => milter.connections.open === 0);
  const letters = milter.heard.map((line) => line[0]).join('');
  assert.equal(letters.replaceAll('D', ''), 'OCMREAQ');
});

test('it may refuse at each step, in its own words; the log says so in Postfix’s [C24]', async () => {
  const cases: readonly [letter: string, said: MilterSaid, heard: RegExp, log: RegExp][] = [
    [
      'C',
      [['r']],
      /^550 5\.7\.1 Command rejected$/,
      /NOQUEUE: milter-reject: CONNECT from unknown\[192\.0\.2\.1\]: 550 5\.7\.1 Command rejected; proto=ESMTP/,
    ],
    ['H', [['t']], /^451 4\.7\.1 /, /milter-reject: HELO from \S+: 451 4\.7\.1 Service unavailable - try again later;/],
    [
      'M',
      [['y', '550 5.7.1 Not you']],
      /^550 5\.7\.1 Not you$/,
      /NOQUEUE: milter-reject: MAIL from \S+: 550 5\.7\.1 Not you; from=<ana@example\.org>/,
    ],
    [
      'R',
      [['y', '550 5.1.1 Not him']],
      /^550 5\.1\.1 Not him$/,
      /milter-reject: RCPT from \S+: 550 5\.1\.1 Not him; from=<ana@example\.org> to=<usuario1@valija\.test>/,
    ],
    ['T', [['t']], /^451 4\.7\.1 /, /milter-reject: DATA from/],
    [
      'L',
      [['r']],
      /^550 5\.7\.1 Command rejected$/,
      /milter-reject: END-OF-MESSAGE from \S+: 5\.7\.1 Command rejected; from=<ana@example\.org> to=<usuario1@valija\.test> proto=ESMTP helo=<cliente\.example>/,
    ],
    ['N', [['t']], /^451 4\.7\.1 /, /milter-reject: END-OF-MESSAGE/],
    [
      'B',
      [['y', '554-5.7.1 One\r\n554 5.7.1 two']],
      /^554-5\.7\.1 One\r\n554 5\.7\.1 two$/,
      /milter-reject: END-OF-MESSAGE/,
    ],
    ['E', [['h', 'X-A', 'b'], ['r']], /^550 5\.7\.1 Command rejected$/, /milter-reject: END-OF-MESSAGE/],
  ];
  for (const [letter, saidBack, heard, log] of cases) {
    await using milter = await givenMilter({
      answer: (told) => (told.letter === letter ? saidBack : told.letter === 'O' ? undefined : [['c']]),
    });
    const house = houseWith([milter.name]);
    const said = await bring(house);
    assert.match(said.at(-1) ?? '', heard, letter);
    assert.match(house.log.text(), log, letter);
    assert.equal(house.entries.length, 0, letter);
    const judged = house.journeyLog.ofKind('judged').at(-1);
    assert.equal(judged?.rule, 'smtpd_milters', letter);
    assert.deepEqual(judged?.origin, { list: 'smtpd_milters', element: milter.name }, letter);
  }
});

test('one recipient that it refuses is not the others’ matter', async () => {
  await using milter = await givenMilter({
    answer: ({ letter, data }) =>
      letter === 'O' ? undefined : letter === 'R' && data.includes('usuario1') ? [['r']] : [['c']],
  });
  const house = houseWith([milter.name]);
  const said = await bring(house, { to: ['usuario1@valija.test', 'usuario2@valija.test'] });
  assert.match(said[1] ?? '', /^550 5\.7\.1/);
  assert.deepEqual(
    house.filed.map(({ account }) => account),
    ['usuario2@valija.test'],
  );
});

test('it hears of recipients that we refuse, if it wants to', async () => {
  await using milter = await givenMilter({ steps: 1 << 11 });
  await using other = await givenMilter();
  await bring(houseWith([milter.name, other.name]), { to: ['nadie@valija.test', 'usuario1@valija.test'] });
  const refused = (given: GivenMilter) => given.heard.filter((line) => line.includes('nadie@'));
  assert.match(refused(milter)[0] ?? '', /^D R\{rcpt_addr\}\|550 5\.1\.1 .*\|\{rcpt_mailer\}\|error$/);
  assert.equal(refused(milter)[1], 'R <nadie@valija.test>');
  assert.deepEqual(refused(other), []);
});

test('accept ends what it is told, of the message or of the client', async () => {
  for (const [letter, rest] of [
    ['C', 'Q'],
    ['M', 'AQ'],
    ['T', 'AQ'],
    ['L', 'AQ'],
  ] as const) {
    await using milter = await givenMilter({
      answer: (told) => (told.letter === letter ? [['a']] : told.letter === 'O' ? undefined : [['c']]),
    });
    const said = await bring(houseWith([milter.name]));
    assert.match(said.at(-1) ?? '', /^250 /, letter);
    await until('the end of the connection', () => milter.connections.open === 0);
    const letters = milter.heard
      .map((line) => line[0])
      .filter((each) => each !== 'D')
      .join('');
    assert.equal(letters.slice(letters.indexOf(letter) + 1), rest, letter);
  }
});

test('what it discards is accepted and gone, and nobody else is asked', async () => {
  await using milter = await givenMilter({
    answer: ({ letter }) => (letter === 'R' ? [['d']] : letter === 'O' ? undefined : [['c']]),
  });
  await using other = await givenMilter();
  const house = houseWith([milter.name, other.name]);
  const said = await bring(house);
  assert.match(said.at(-1) ?? '', /^250 /);
  assert.equal(house.entries.length, 0);
  assert.equal(house.journeyLog.ofKind('discarded').length, 1);
  assert.match(
    house.log.text(),
    /milter-discard: RCPT from \S+: milter triggers DISCARD action; from=<ana@example\.org>/,
  );
  assert.ok(!other.heard.some((line) => /^[TLE]/.test(line)));
});

test('who has logged in, and how it is encrypted, milters hear as macros', async () => {
  await using milter = await givenMilter();
  const session = sessionAt('submission', 'usuario1@valija.test');
  await bring(houseWith([milter.name]), { session, from: 'usuario1@valija.test' });
  const macros = milter.heard.filter((line) => line.startsWith('D ')).join('\n');
  assert.match(macros, /^D H\{tls_version\}\|TLSv1\.3$/m);
  assert.match(macros, /^D Mi\|\w+\|\{auth_type\}\|PLAIN\|\{auth_authen\}\|usuario1@valija\.test\|/m);
});

test('one session, several messages: each is its own to the milter, after RSET, too', async () => {
  await using milter = await givenMilter();
  const house = houseWith([milter.name]);
  const session = sessionAt('smtp');
  await house.acceptance.decideConnection(session);
  await house.acceptance.decideGreeting(session);
  const letter = { session, from: 'ana@example.org', to: ['usuario1@valija.test'], text: TEXT };
  await send(house, letter);
  await send(house, { ...letter, to: ['nadie@valija.test'] });
  await send(house, letter);
  house.acceptance.leave(session.connection);
  await until('the end of the connection', () => milter.connections.open === 0);
  const letters = milter.heard.map((line) => line[0]).filter((letter) => letter !== 'D');
  assert.equal(letters.join(''), 'OCHMRTLLNBEAMAMRTLLNBEAQ');
  assert.equal(house.filed.length, 2);
});
