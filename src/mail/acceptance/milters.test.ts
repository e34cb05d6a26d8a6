// Milters at the door, over real connections: what they are told, and what becomes of the message.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptanceHouse,
  type HouseOptions,
  type Letter,
  send,
  sessionAt,
} from '../../../test/world/acceptance-house.ts';
import {
  type GivenMilter,
  givenMilter,
  type MilterSaid,
  number,
  type SaidPacket,
} from '../../../test/world/given-milter.ts';
import { doorMilters, milterNamed, milterPorts } from '../../../test/world/milters.ts';

const TEXT = 'From: Ana <ana@example.org>\r\nSubject: hola\r\n\tamiga\r\n\r\nUno\r\n.dos\r\n';

function houseWith(milters: Parameters<typeof doorMilters>[0], options: HouseOptions = {}) {
  const ports = milterPorts();
  const house = acceptanceHouse({ ...options, milters: { milters: doorMilters(milters), milterPorts: ports } });
  return { ...house, ports };
}

/** A client that comes, greets, brings one message, and goes. */
async function bring(house: ReturnType<typeof houseWith>, letter: Partial<Letter> = {}) {
  const session = letter.session ?? sessionAt('smtp');
  const connected = await house.acceptance.decideConnection(session);
  if (connected.outcome !== 'permit') return [`connect: ${connected.reply.code}`];
  const greeted = await house.acceptance.decideGreeting(session);
  if (greeted.outcome !== 'permit') return [`helo: ${greeted.reply.code}`];
  const to = ['usuario1@valija.test'];
  try {
    return await send(house, { from: 'ana@example.org', to, text: TEXT, ...letter, session });
  } finally {
    house.acceptance.leave(session.connection);
  }
}

function atEnd(...packets: SaidPacket[]) {
  return givenMilter({ answer: ({ letter }) => (letter === 'E' ? packets : letter === 'O' ? undefined : [['c']]) });
}

/** The message without what we put on top. */
function filedText(house: ReturnType<typeof houseWith>): string {
  const [copy] = house.filed;
  return copy?.text ?? '';
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 3_000 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(isSo(), what);
}

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
    'D Mi|ID|{mail_addr}|ana@example.org',
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

test('it changes header, body, sender and recipients at the end of the message [C24]', async () => {
  await using milter = await atEnd(
    ['h', 'X-Added', 'last\n\tfolded'],
    ['i', number(0), 'X-Top', 'above our Received'],
    ['i', number(2), 'X-Below', 'right below it'],
    ['m', number(1), 'Subject', 'otro'],
    ['m', number(1), 'From', ''],
    ['m', number(3), 'X-New', 'was not there'],
    ['e', '<other@example.org>'],
    ['+', '<usuario2@valija.test>'],
    ['-', '<usuario1@valija.test>'],
    ['b', Buffer.from('new ')],
    ['b', Buffer.from('body\n')],
    ['c'],
  );
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^250 /);
  assert.deepEqual(
    house.filed.map(({ account }) => account),
    ['usuario2@valija.test'],
  );
  const lines = filedText(house).split('\r\n');
  assert.deepEqual(
    lines.map((line) => line.replace(/^(Received|\tby|\tfor|\t\w{3}, ).*/, '$1')),
    [
      'Return-Path: <other@example.org>',
      'Delivered-To: usuario2@valija.test',
      'X-Top: above our Received',
      'Received',
      '\tby',
      '\tfor',
      '\t' + 'Sat, ',
      'X-Below: right below it',
      'Subject: otro',
      'X-Added: last',
      '\tfolded',
      'X-New: was not there',
      '',
      'new body',
      '',
    ],
  );
  const changes = house.journeyLog.ofKind('amended');
  assert.ok(changes.every((event) => event.milter === milter.name));
  assert.deepEqual(
    changes.slice(0, 2).map(({ change }) => change),
    ['replaced body', 'added X-Added'],
  );
  assert.equal(house.ports.contentStore.openWriters, 0);
});

test('each milter sees what the former one made of it', async () => {
  await using first = await atEnd(
    ['h', 'X-First', '1'],
    ['i', number(0), 'X-Top', '0'],
    ['m', number(1), 'Subject', ''],
    ['b', Buffer.from('short\r\n')],
    ['c'],
  );
  await using second = await atEnd(['m', number(1), 'X-First', '2'], ['c']);
  const house = houseWith([first.name, second.name]);
  await bring(house);
  const fields = second.heard.filter((line) => line.startsWith('L '));
  assert.deepEqual(fields, ['L X-Top|0', 'L From|Ana <ana@example.org>', 'L X-First|1']);
  assert.equal(second.bodies[0]?.toString(), 'short\r\n');
  assert.match(filedText(house), /\r\nX-First: 2\r\n\r\nshort\r\n$/);
});

test('what it writes is one field each, and a body that ends nowhere but at its end [T2]', async () => {
  await using milter = await atEnd(
    ['h', 'X-A', 'one\r\nBcc: evil@example.net\r\n\r\nbody'],
    ['h', 'X-B', 'a\n\n.\n b\rQUIT'],
    ['b', Buffer.from('one\n.\nMAIL FROM:<evil@example.net>\r')],
    ['b', Buffer.from('\n.\r\rlast')],
    ['c'],
  );
  const house = houseWith([milter.name]);
  await bring(house);
  const text = filedText(house);
  assert.ok(
    text.endsWith(
      'X-A: one\r\n\tBcc: evil@example.net\r\n\tbody\r\nX-B: a\r\n\t.\r\n b\r\n\tQUIT\r\n\r\n' +
        'one\r\n.\r\nMAIL FROM:<evil@example.net>\r\n.\r\n\r\nlast\r\n',
    ),
    JSON.stringify(text),
  );
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n/);
});

test('what cannot be a field, an address or a body is its mistake, and nothing of it is done', async () => {
  const wrong: readonly (readonly SaidPacket[])[] = [
    [['h', 'X A', 'x']],
    [['h', '', 'x']],
    [
      ['h', 'X-Fine', 'x'],
      ['h', 'Bcc: y\r\nX', 'x'],
    ],
    [['e', '<ana@@example.org>']],
    [['+', '']],
    [['-', 'a b@example.org']],
    [
      ['b', Buffer.alloc(90_000, 'x')],
      ['b', Buffer.alloc(90_000, 'x')],
      ['b', Buffer.alloc(1)],
    ],
    Array.from({ length: 1_001 }, (): SaidPacket => ['h', 'X-Many', 'x']),
    [
      ['h', 'X-Long', 'x'.repeat(600_000)],
      ['h', 'X-Long', 'x'.repeat(600_000)],
    ],
  ];
  for (const changes of wrong) {
    await using milter = await atEnd(...changes, ['c']);
    for (const defaultAction of ['tempfail', 'accept'] as const) {
      const house = houseWith([milterNamed(milter.name, { defaultAction })]);
      const said = await bring(house);
      const name = JSON.stringify(changes.slice(0, 2)).slice(0, 80);
      assert.match(said.at(-1) ?? '', defaultAction === 'accept' ? /^250 / : /^451 4\.7\.1 Service unavailable/, name);
      assert.match(house.log.text(), /warning: milter inet:/, name);
      if (defaultAction === 'accept') assert.ok(filedText(house).endsWith(TEXT), name);
      else assert.equal(house.entries.length, 0, name);
      assert.equal(house.ports.contentStore.openWriters, 0, name);
    }
  }
});

test('a recipient that it adds and that nobody can deliver to loses no mail', async () => {
  await using milter = await atEnd(['-', 'usuario1@valija.test'], ['+', 'nadie@valija.test'], ['c']);
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^451 /);
  assert.match(house.log.text(), /a milter added <nadie@valija\.test>, where nothing can be delivered/);
});

test('a message without recipients is gone, as the milter wants it, and the journey says so', async () => {
  await using milter = await atEnd(['-', 'usuario1@valija.test'], ['c']);
  const house = houseWith([milter.name]);
  assert.match((await bring(house)).at(-1) ?? '', /^250 /);
  assert.equal(house.entries.length, 0);
  assert.equal(house.journeyLog.ofKind('discarded').length, 1);
});

test('quarantine: in a mailbox here it goes to Junk, what leaves waits in the queue', async () => {
  await using milter = await atEnd(['q', 'a virus'], ['c']);
  const house = houseWith([milter.name]);
  await bring(house, {
    session: sessionAt('submission', 'usuario1@valija.test'),
    from: 'usuario1@valija.test',
    to: ['usuario2@valija.test', 'ana@example.org'],
    text: 'From: usuario1@valija.test\r\n\r\nx\r\n',
  });
  assert.deepEqual(
    house.filed.map(({ mailbox }) => mailbox),
    ['Junk'],
  );
  assert.equal(house.queued[0]?.held, true);
  assert.match(house.log.text(), /milter-hold: END-OF-MESSAGE from \S+: milter triggers HOLD action;/);
});

test('a milter that is not there, closes or says rubbish, in every state: milter_default_action, and no mail lost', async () => {
  const failures: readonly MilterSaid[] = [
    'close',
    { raw: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
    [['z']],
    [['c', 'x']],
  ];
  for (const letter of 'OCHMRTLNBE') {
    for (const failure of failures) {
      await using milter = await givenMilter({
        answer: (told) => (told.letter === letter ? failure : told.letter === 'O' ? undefined : [['c']]),
      });
      const how = `${letter} ${JSON.stringify(failure)}`;
      const deferred = houseWith([milterNamed(milter.name)]);
      const said = await bring(deferred);
      assert.match(said.at(-1) ?? '', /451/, how);
      assert.equal(deferred.entries.length, 0, how);
      assert.match(deferred.log.text(), /warning: milter inet:/, how);
      assert.equal(deferred.journeyLog.ofKind('judged').at(-1)?.rule, 'milter_default_action', how);
      const accepted = houseWith([milterNamed(milter.name, { defaultAction: 'accept' })]);
      assert.match((await bring(accepted)).at(-1) ?? '', /^250 /, how);
      assert.ok(filedText(accepted).endsWith(TEXT), how);
    }
  }
});

test('the other default actions, and a milter that refuses connections', async () => {
  const gone = await givenMilter();
  await gone[Symbol.asyncDispose]();
  const house = (defaultAction: 'reject' | 'quarantine' | 'shutdown') =>
    houseWith([milterNamed(gone.name, { defaultAction })]);
  assert.deepEqual(await bring(house('reject')), ['550 5.5.0 Service unavailable']);
  assert.deepEqual(await bring(house('shutdown')), ['connect: 421']);
  const held = house('quarantine');
  assert.match((await bring(held)).at(-1) ?? '', /^250 /);
  assert.equal(held.filed[0]?.mailbox, 'Junk');
  assert.match(held.log.text(), /warning: connect to Milter service inet:\S+: Connection refused/);
});

test('a milter that is slow, or at work for ever, is given up', async () => {
  const forever = Buffer.concat([number(1), Buffer.from('p')]);
  await using silent = await givenMilter({
    answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'E' ? [] : [['c']]),
  });
  await using busy = await givenMilter({
    answer({ letter }, socket) {
      if (letter !== 'E') return letter === 'O' ? undefined : [['c']];
      const timer = setInterval(() => socket.write(forever), 5);
      socket.on('close', () => clearInterval(timer));
      return [];
    },
  });
  const times = { contentTimeoutMs: 300, progressTimeoutMs: 600 };
  for (const { name } of [silent, busy]) {
    const house = houseWith([milterNamed(name, times)]);
    assert.match((await bring(house)).at(-1) ?? '', /^451 4\.7\.1/);
    assert.match(house.log.text(), /can't read its reply to end-of-message: Connection timed out/);
  }
  await using late = await givenMilter({
    answer: ({ letter }) => (letter === 'O' ? undefined : letter === 'E' ? [['p'], ['p'], ['c']] : [['c']]),
  });
  assert.match((await bring(houseWith([milterNamed(late.name, times)]))).at(-1) ?? '', /^250 /);
});

test('posted mail is shown as if a client of this machine had brought it [C24]', async () => {
  await using milter = await atEnd(['h', 'X-Seen', 'yes'], ['c']);
  const ports = milterPorts();
  const posted = doorMilters([milter.name], 'non_smtpd_milters');
  const house = acceptanceHouse({ milters: { milters: undefined, milterPorts: ports, posted } });
  const { memoryContent } = await import('../../../test/world/content.ts');
  await house.posting.postLocal({
    user: { name: 'ana', uid: 1000, fullName: 'Ana' },
    sender: undefined,
    recipients: [{ address: 'usuario1@valija.test', parameters: { notify: undefined, orcpt: undefined } }],
    parameters: {
      ...{ declaredSizeBytes: undefined, body: '7BIT', smtpUtf8: false, auth: undefined },
      dsn: { ret: undefined, envid: undefined },
    },
    content: memoryContent(Buffer.from('Subject: x\r\n\r\ny\r\n')),
  });
  const commands = milter.heard.filter((line) => /^[CHMRT]/.test(line));
  assert.deepEqual(commands, [
    'C localhost|4:127.0.0.1',
    'H localhost',
    'M <ana@mail.valija.test>',
    'R <usuario1@valija.test>',
    'T',
  ]);
  // It is complete before milters see it.
  assert.ok(milter.heard.some((line) => line.startsWith('L Message-ID|')));
  assert.match(house.filed[0]?.text ?? '', /\r\nX-Seen: yes\r\n/);
  await until('the end of the connection', () => milter.connections.open === 0);
});
