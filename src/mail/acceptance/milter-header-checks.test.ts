// milter_header_checks: what tables say of header fields that milters write, each action of header_checks(5).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { number, type SaidPacket } from '../../../test/world/given-milter.ts';
import { atEnd, bring, filedText, houseWith } from '../../../test/world/milter-house.ts';

const TABLE = 'pcre:/etc/valija/milter_header_checks';

function found(value: string) {
  return { kind: 'found', key: '', value } as const;
}

/** `entries`: by the whole field, as the milter wrote it. */
async function houseAt(entries: Readonly<Record<string, string>>, ...packets: SaidPacket[]) {
  const milter = await atEnd(...packets, ['c']);
  const facts = Object.fromEntries(
    Object.entries(entries).map(([field, value]) => [`table ${TABLE} ${field.toLowerCase()}`, found(value)]),
  );
  const house = houseWith([milter.name], { headerChecks: [TABLE], facts });
  return { ...house, milter };
}

const SPAM: SaidPacket = ['h', 'X-Spam', 'yes'];
const OTHER: SaidPacket = ['h', 'X-Other', 'one\n\ttwo'];

/** What a client hears at the end, the fields that milters wrote, and the log's words for them. */
async function outcomeOf(value: string, to = ['usuario1@valija.test']) {
  await using house = await disposable(houseAt({ 'X-Spam: yes': value }, SPAM, OTHER));
  const said = (await bring(house, { to })).at(-1) ?? '';
  const fields = filedText(house)
    .split('\r\n')
    .filter((line) => line.startsWith('X-'));
  const logged = /milter-header-(\w+): header (.*?)(?: \{"journey|$)/m.exec(house.log.text());
  return { said: said.replace(/queued as .*/, 'queued'), fields: fields.join(' | '), logged, house };
}

async function disposable<House extends { readonly milter: AsyncDisposable }>(house: Promise<House>) {
  const opened = await house;
  return { ...opened, [Symbol.asyncDispose]: () => opened.milter[Symbol.asyncDispose]() };
}

test('a field may stand, be left out or be written anew; what it says is looked up whole [C24]', async () => {
  const both = 'X-Spam: yes | X-Other: one';
  const cases: readonly (readonly [value: string, fields: string, word: string | undefined])[] = [
    ['DUNNO', both, undefined],
    ['ok', both, undefined],
    ['IGNORE', 'X-Other: one', undefined],
    ['STRIP it is nobody’s business', 'X-Other: one', 'strip'],
    ['WARN look', both, 'warning'],
    ['INFO', both, 'info'],
    ['REPLACE X-Junk: certainly', 'X-Junk: certainly | X-Other: one', 'replace'],
    ['REPLACE no field', both, undefined],
    ['PREPEND X-More: no', both, undefined],
    ['NONSENSE', both, undefined],
  ];
  for (const [value, fields, word] of cases) {
    const outcome = await outcomeOf(value);
    assert.match(outcome.said, /^250 /, value);
    assert.equal(outcome.fields, fields, value);
    assert.equal(outcome.logged?.[1], word, value);
  }
});

test('the log has Postfix’s words for it', async () => {
  const { logged } = await outcomeOf('WARN look here');
  const details = 'from unknown[192.0.2.1]; from=<ana@example.org> proto=ESMTP helo=<cliente.example>: look here';
  assert.equal(logged?.[2], `X-Spam: yes ${details}`);
  const { house } = await outcomeOf('REPLACE no field');
  assert.match(house.log.text(), /warning: milter_header_checks: bad REPLACE header text "no field"/);
});

test('a field refuses the message, in its own words, for good or for now [C24]', async () => {
  const cases = [
    ['REJECT', '550 5.7.1 message content rejected'],
    ['reject 5.7.9 Spam, 100%', '550 5.7.9 Spam, 100%'],
    ['REJECT No, thank you', '550 5.7.1 No, thank you'],
    ['REJECT 4.7.1 Later', '451 4.7.1 Later'],
  ] as const;
  for (const [value, reply] of cases) {
    const { said, house, logged } = await outcomeOf(value);
    assert.equal(said, reply, value);
    assert.equal(house.filed.length, 0);
    assert.equal(logged?.[1], 'reject');
    assert.match(house.log.text(), /milter-reject: END-OF-MESSAGE .*"rule":"milter_header_checks"/);
  }
});

test('a field says where the message goes, and the last one counts [C24]', async () => {
  const accounts = async (value: string) => {
    const { house, said } = await outcomeOf(value);
    assert.match(said, /^250 /, value);
    return house.filed.map(({ account }) => account).join(' ');
  };
  assert.equal(await accounts('REDIRECT usuario2@valija.test'), 'usuario2@valija.test');
  assert.equal(await accounts('BCC usuario2@valija.test'), 'usuario1@valija.test usuario2@valija.test');
  assert.equal(await accounts('DISCARD quietly'), '');
  assert.equal(await accounts('REDIRECT nobody'), 'usuario1@valija.test');
  const { house } = await outcomeOf('HOLD');
  assert.deepEqual(
    house.filed.map(({ mailbox }) => mailbox),
    ['Junk'],
  );
  const { house: filtered } = await outcomeOf('FILTER smtp:[127.0.0.1]:10025');
  assert.match(JSON.stringify(filtered.queued), /10025/);
});

test('PASS, REDIRECT and REJECT end the looking; the others do not', async () => {
  const entries = { 'X-Spam: yes': 'PASS', 'X-Other: one\n\ttwo': 'REJECT' };
  await using passed = await disposable(houseAt(entries, SPAM, OTHER));
  assert.match((await bring(passed)).at(-1) ?? '', /^250 /);
  await using looked = await disposable(houseAt({ ...entries, 'X-Spam: yes': 'INFO' }, SPAM, OTHER));
  assert.match((await bring(looked)).at(-1) ?? '', /^550 5\.7\.1 message content rejected/);
});

test('changed and inserted fields are looked up, too; fields of the sender, and those that go, are not', async () => {
  const entries = {
    'Subject: otra': 'IGNORE',
    'X-Top: y': 'REPLACE X-First: z',
    'From: Ana <ana@example.org>': 'REJECT',
  };
  await using house = await disposable(
    houseAt(
      entries,
      ['m', number(1), 'Subject', 'otra'],
      ['i', number(0), 'X-Top', 'y'],
      ['m', number(1), 'X-Gone', ''],
    ),
  );
  assert.match((await bring(house)).at(-1) ?? '', /^250 /);
  const text = filedText(house);
  assert.match(text, /^X-First: z\r\nReceived:/m);
  assert.match(text, /^Subject: hola\r\n\tamiga\r\n/m);
});

test('a table that cannot be asked puts the message off; nothing is said of milters that write nothing', async () => {
  const milter = await atEnd(SPAM, ['c']);
  await using _ = milter;
  const facts = { [`table ${TABLE}`]: { kind: 'later', reason: 'it is on fire' } } as const;
  const house = houseWith([milter.name], { headerChecks: [TABLE], facts });
  assert.match((await bring(house)).at(-1) ?? '', /^451 4\.3\.0/);
  await using silent = await atEnd(['c']);
  assert.match((await bring(houseWith([silent.name], { headerChecks: [TABLE], facts }))).at(-1) ?? '', /^250 /);
});

test('what a table put of a stranger into a reply is one line of ASCII', async () => {
  const { said } = await outcomeOf('REJECT bad\r\n250 fine');
  assert.match(said, /^550 5\.7\.1 bad\?\?250 fine$/);
});
