// Restrictions where they belong: at each command of a client, with what the log, the journey and the client get to see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionFacts } from '#mail/acceptance/envelope.ts';
import type { FactAnswer } from '#mail/restrictions/fact.ts';
import type { WrittenLists } from '#mail/restrictions/restriction-lists.ts';
import { acceptanceHouse, type HouseOptions, send, sessionAt } from '../../../test/world/acceptance-house.ts';
import { addrSpec } from '../../../test/world/directory.ts';
import { NO_PARAMETERS } from '../../../test/world/restrictions.ts';

const HOLA = 'From: Ana <ana@example.com>\r\nMessage-ID: <1@example.com>\r\n\r\nHola\r\n';
const value = (text: string): FactAnswer => ({ kind: 'found', key: 'example.com', value: text });

const CLIENTS: readonly [string, boolean, boolean][] = [
  ['outside mynetworks, no login', false, false],
  ['outside mynetworks, logged in', false, true],
  ['inside mynetworks, no login', true, false],
  ['inside mynetworks, logged in', true, true],
];
const DESTINATIONS = [
  ['hosted', 'usuario1@valija.test', 'permit_auth_destination'],
  ['relay', 'eva@aula.test', 'permit_auth_destination'],
  ['foreign', 'eva@example.net', undefined],
] as const;

/** From a machine of ours, or not; logged in, or not. */
function client(isNear: boolean, isLoggedIn: boolean): SessionFacts {
  const session = sessionAt('smtp', isLoggedIn ? 'usuario1@valija.test' : undefined);
  return isNear ? { ...session, connection: { ...session.connection, clientAddress: '198.51.100.7' } } : session;
}

for (const [name, isNear, isLoggedIn] of CLIENTS) {
  for (const [addressClass, recipient, asStranger] of DESTINATIONS) {
    test(`[C36] ${name} → ${addressClass}`, async () => {
      const house = acceptanceHouse({ routing: { relay_domains: ['aula.test'] } });
      const session = client(isNear, isLoggedIn);
      const said = await send(house, { session, from: 'usuario1@valija.test', to: [recipient], text: HOLA });
      const judged = house.journeyLog.events.find(
        ({ event }) => event.kind === 'judged' && event.stage === 'recipient',
      );
      const rule = judged?.event.kind === 'judged' ? judged.event.rule : undefined;
      const permission = isNear ? 'permit_mynetworks' : isLoggedIn ? 'permit_sasl_authenticated' : asStranger;
      assert.equal(said[1], permission ? '250 2.1.5 Ok' : `554 5.7.1 <${recipient}>: Relay access denied`);
      assert.equal(rule, permission ?? 'reject_unauth_destination');
    });
  }
}

const STAGES = [
  ['smtpd_client_restrictions', 'check_client_access hash:/x', '<unknown[192.0.2.1]>: Client host rejected'],
  ['smtpd_helo_restrictions', 'check_helo_access hash:/x', '<cliente.example>: Helo command rejected'],
  ['smtpd_sender_restrictions', 'check_sender_access hash:/x', '<ana@example.com>: Sender address rejected'],
  ['smtpd_relay_restrictions', 'check_recipient_access hash:/x', '<usuario1@valija.test>: Recipient address rejected'],
  ['smtpd_recipient_restrictions', 'check_sender_access hash:/x', '<ana@example.com>: Sender address rejected'],
  ['smtpd_data_restrictions', 'check_sender_access hash:/x', '<ana@example.com>: Sender address rejected'],
  ['smtpd_end_of_data_restrictions', 'check_sender_access hash:/x', '<ana@example.com>: Sender address rejected'],
] as const satisfies readonly (readonly [keyof WrittenLists, string, string])[];

const VERDICTS = [
  ['OK', undefined],
  ['DUNNO', undefined],
  ['REJECT', '554 5.7.1'],
  ['DEFER', '450 4.7.1'],
] as const;

for (const [list, element, words] of STAGES) {
  for (const [action, code] of VERDICTS) {
    test(`[C35] ${list} × ${action}`, async () => {
      const house = acceptanceHouse({
        restrictions: { lists: { [list]: [element] } },
        facts: { 'table hash:/x': value(action) },
      });
      const last = (await talk(house)).at(-1);
      assert.equal(last, code === undefined ? '250 2.0.0 Ok: queued as ID' : `${code} ${words}: Access denied`);
      assert.equal(house.filed.length, code === undefined ? 1 : 0);
    });
  }

  test(`[C35] ${list} × warn_if_reject`, async () => {
    const lists = { [list]: [`warn_if_reject ${element}`] };
    const house = acceptanceHouse({ restrictions: { lists }, facts: { 'table hash:/x': value('REJECT') } });
    assert.match((await talk(house)).at(-1) ?? '', /^250 2\.0\.0 /);
    const warned = house.log.lines.map(({ text }) => text).filter((text) => text.includes(': reject_warning: '));
    assert.equal(warned.length, 1);
    assert.ok(
      warned[0]?.includes(` from unknown[192.0.2.1]: 554 5.7.1 ${words}: Access denied; from=<ana@example.com>`),
    );
  });
}

async function talk(house: ReturnType<typeof acceptanceHouse>) {
  return await send(house, {
    session: sessionAt('smtp'),
    from: 'ana@example.com',
    to: ['usuario1@valija.test'],
    text: HOLA,
  });
}

test('[C35] a sender’s domain in an access table → 554, and the log and the journey say where', async () => {
  const lists = { smtpd_recipient_restrictions: ['check_sender_access hash:/etc/valija/sender_access'] };
  const facts = { 'table hash:/etc/valija/sender_access example.com': value('554 Spam not tolerated here') };
  const house = acceptanceHouse({ restrictions: { lists }, facts });
  const said = await talk(house);
  const reply = '554 5.7.1 <ana@example.com>: Sender address rejected: Spam not tolerated here';
  assert.equal(said[1], reply);
  const refusal = house.log.lines.find(({ text }) => text.startsWith('NOQUEUE: reject'));
  assert.equal(
    refusal?.text,
    `NOQUEUE: reject: RCPT from unknown[192.0.2.1]: ${reply}; from=<ana@example.com> to=<usuario1@valija.test> proto=ESMTP helo=<cliente.example>`,
  );
  const events = house.journeyLog.events.map(({ event }) => event);
  assert.deepEqual(
    events.find(({ kind }) => kind === 'checked'),
    {
      kind: 'checked',
      stage: 'recipient',
      subject: 'usuario1@valija.test',
      question: {
        kind: 'table',
        table: 'hash:/etc/valija/sender_access',
        keys: ['ana@example.com', 'example.com', 'com', 'ana@'],
      },
      answer: value('554 Spam not tolerated here'),
    },
  );
  const judged = events.find((event) => event.kind === 'judged' && event.stage === 'recipient');
  assert.deepEqual(judged?.kind === 'judged' && [judged.rule, judged.origin], [
    'check_sender_access',
    { list: 'smtpd_recipient_restrictions', element: 'check_sender_access hash:/etc/valija/sender_access' },
  ]);
});

test('a question is noted once, and no more than the limit of them', async () => {
  const many = Array.from({ length: 250 }, (_, i) => `reject_rbl_client list${i}.example`);
  const house = acceptanceHouse({ restrictions: { lists: { smtpd_recipient_restrictions: many } } });
  const to = ['usuario1@valija.test', 'usuario2@valija.test'];
  await send(house, { session: sessionAt('smtp'), from: 'ana@example.com', to, text: HOLA });
  const noted = house.journeyLog.events.filter(({ event }) => event.kind === 'checked');
  assert.equal(noted.length, 200);
  assert.equal(new Set(noted.map(({ event }) => JSON.stringify(event))).size, 200);
});

test('with smtpd_delay_reject = false the client hears it at once, and what is undecided is not forgotten', async () => {
  const settings = { smtpd_delay_reject: false };
  const refusing = acceptanceHouse({ restrictions: { settings, lists: { smtpd_client_restrictions: ['reject'] } } });
  const greeting = await refusing.acceptance.decideConnection(sessionAt('smtp'));
  assert.deepEqual([greeting.outcome, greeting.reply.code], ['reject', 554]);
  const deferring = acceptanceHouse({
    restrictions: { settings, lists: { smtpd_client_restrictions: ['defer_if_permit'] } },
  });
  const session = sessionAt('smtp');
  await deferring.acceptance.decideConnection(session);
  await deferring.acceptance.decideGreeting(session);
  const said = await send(deferring, { session, from: '', to: ['usuario1@valija.test'], text: HOLA });
  assert.match(said[1] ?? '', /^450 4\.7\.0 .*defer_if_permit requested$/);
});

test('smtpd_reject_unlisted_sender refuses who writes in the name of nobody of ours', async () => {
  const options: HouseOptions = {
    restrictions: { settings: { smtpd_reject_unlisted_sender: true } },
    facts: { listed: { kind: 'unlisted', where: 'directory' } },
  };
  const said = await talk(acceptanceHouse(options));
  assert.equal(said[1], '550 5.1.0 <ana@example.com>: Sender address rejected: User unknown');
});

test('smtpd_reject_unlisted_recipient = false accepts whom nobody knows, and bounces it', async () => {
  const house = acceptanceHouse({ restrictions: { settings: { smtpd_reject_unlisted_recipient: false } } });
  const said = await send(house, {
    session: sessionAt('smtp'),
    from: 'a@example.com',
    to: ['nadie@valija.test'],
    text: HOLA,
  });
  assert.equal(said[1], '250 2.1.5 Ok');
  assert.deepEqual(house.queued[0]?.recipients[0]?.nextHop, {
    transport: 'error',
    status: '5.1.1',
    text: 'User unknown',
  });
});

test('what is posted on this machine is asked nothing', async () => {
  const house = acceptanceHouse({ restrictions: { lists: { smtpd_recipient_restrictions: ['reject'] } } });
  await house.posting.ownMail.post({
    sender: '',
    recipient: 'usuario1@valija.test',
    octets: Buffer.from(HOLA),
    smtpUtf8: false,
  });
  assert.equal(house.filed.length, 1);
});

/** What an access table says of the sender, and what becomes of the message. */
async function act(action: string, to: readonly string[] = ['usuario1@valija.test']) {
  const lists = { smtpd_sender_restrictions: ['hash:/x'] };
  const house = acceptanceHouse({
    routing: { relay_domains: ['aula.test'] },
    restrictions: { lists },
    facts: { 'table hash:/x': value(action) },
  });
  const said = await send(house, { session: sessionAt('smtp'), from: 'ana@example.com', to, text: HOLA });
  return { house, said, log: house.log.lines.map(({ text }) => text) };
}

test('DISCARD is answered with 250, nobody gets it, and log and journey say so', async () => {
  const { house, said, log } = await act('DISCARD');
  assert.equal(said.at(-1), '250 2.0.0 Ok: queued as ID');
  assert.deepEqual([house.filed, house.queued], [[], []]);
  assert.ok(log.some((line) => /^NOQUEUE: discard: RCPT from .*triggers DISCARD action; from=</.test(line)));
  assert.ok(house.journeyLog.events.some(({ event }) => event.kind === 'discarded'));
});

test('REDIRECT goes to one, BCC to one more, PREPEND stands on top', async () => {
  const redirected = await act('REDIRECT usuario2@valija.test', ['usuario1@valija.test', 'eva@aula.test']);
  assert.deepEqual(
    redirected.house.filed.map(({ account }) => account),
    ['usuario2@valija.test'],
  );
  assert.deepEqual(redirected.house.queued, []);
  const copied = await act('BCC usuario2@valija.test');
  assert.deepEqual(
    copied.house.filed.map(({ account }) => account),
    ['usuario1@valija.test', 'usuario2@valija.test'],
  );
  const marked = await act('PREPEND X-Seen: yes');
  assert.match(marked.house.filed[0]!.text, /Delivered-To: [^\r]*\r\nX-Seen: yes\r\nReceived: from /);
});

test('where a table’s target is nobody the message goes where it was to go', async () => {
  const { house, log } = await act('REDIRECT nadie@valija.test');
  assert.deepEqual(
    house.filed.map(({ account }) => account),
    ['usuario1@valija.test'],
  );
  assert.ok(log.includes('warning: an access table names nadie@valija.test, where nothing can be delivered'));
});

test('FILTER takes all recipients to the filter; HOLD keeps what leaves in the queue', async () => {
  const filtered = await act('FILTER smtp:[127.0.0.1]:10025', ['usuario1@valija.test', 'eva@aula.test']);
  assert.deepEqual(filtered.house.filed, []);
  assert.deepEqual(
    filtered.house.queued[0]?.recipients.map(({ address, nextHop }) => [address, nextHop]),
    ['usuario1@valija.test', 'eva@aula.test'].map((address) => [
      address,
      { transport: 'smtp', destination: '[127.0.0.1]:10025' },
    ]),
  );
  const held = await act('HOLD', ['eva@aula.test']);
  assert.equal(held.house.queued[0]?.held, true);
});

test('smtpd_data_restrictions: who speaks before our answer is refused, with the recipient count', async () => {
  const house = acceptanceHouse({ restrictions: { lists: { smtpd_data_restrictions: ['reject_unauth_pipelining'] } } });
  assert.equal(house.acceptance.asksAtData, true);
  assert.equal(acceptanceHouse().acceptance.asksAtData, false);
  const opening = await house.acceptance.openTransaction(sessionAt('smtp'), undefined, NO_PARAMETERS);
  await opening.transaction!.addRecipient(addrSpec('usuario1@valija.test'), { notify: undefined, orcpt: undefined });
  assert.equal((await opening.transaction!.decideData(false)).reply.code, 354);
  const refused = await opening.transaction!.decideData(true);
  assert.equal(refused.reply.lines[0], '<DATA>: Data command rejected: Improper use of SMTP command pipelining');
});
