import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { type JudgedCase, judgeGiven } from '../../../test/world/restrictions.ts';
import { parseDnsList } from './dns-list-name.ts';
import type { FactAnswer } from './fact.ts';

const LATER: FactAnswer = { kind: 'later', reason: 'servfail' };
const records = (...each: string[]): FactAnswer => ({ kind: 'found', records: each });

/** Lists in the client's list, all else let through. */
function judge(elements: readonly string[], given: JudgedCase = {}): string {
  return judgeGiven({
    ...given,
    lists: { smtpd_client_restrictions: elements, smtpd_relay_restrictions: [], ...given.lists },
  }).said;
}

const BLOCKED = '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example';

test('[C37] a listed client is refused in Postfix’s words, with the reason that the list gives', () => {
  const facts = { 'dns 1.2.0.192.zen.example A': records('127.0.0.2') };
  assert.equal(judge(['reject_rbl_client zen.example'], { facts }), BLOCKED);
  const reasoned = { ...facts, 'dns 1.2.0.192.zen.example TXT': records('see https://zen.example/192.0.2.1', 'twice') };
  assert.equal(
    judge(['reject_rbl_client zen.example'], { facts: reasoned }),
    `${BLOCKED}; see https://zen.example/192.0.2.1 / twice`,
  );
});

test('[C37] who is not listed comes in, and so does everybody while the list does not answer', () => {
  for (const answer of [{ kind: 'no-such-name' }, { kind: 'none' }, LATER] as const) {
    const facts = { 'dns 1.2.0.192.zen.example A': answer };
    assert.equal(judge(['reject_rbl_client zen.example'], { facts }), 'DUNNO', answer.kind);
  }
});

test('[C37] only the answers that count do', () => {
  const cases: [string, string, boolean][] = [
    ['zen.example=127.0.0.2', '127.0.0.2', true],
    ['zen.example=127.0.0.2', '127.0.0.20', false],
    ['zen.example=127.0.0.[2..11]', '127.0.0.11', true],
    ['zen.example=127.0.0.[2..11]', '127.0.0.12', false],
    ['zen.example=127.0.0.[2;4..5]', '127.0.0.3', false],
    ['zen.example=127.0.0.[2;4..5]', '127.0.0.5', true],
    ['zen.example=127.[0..255].[0;7].2', '127.255.7.2', true],
    // What a list says to those whom it does not want to answer.
    ['zen.example=127.0.[0..1].[2..11]', '127.255.255.254', false],
  ];
  for (const [list, answer, isListed] of cases) {
    const facts = { 'dns 1.2.0.192.zen.example A': records(answer) };
    assert.equal(judge([`reject_rbl_client ${list}`], { facts }), isListed ? BLOCKED : 'DUNNO', `${list} ${answer}`);
  }
});

test('[C37] of IPv6 each half octet is asked', () => {
  const name = `1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.zen.example`;
  const facts = { [`dns ${name} A`]: records('127.0.0.4') };
  const said = judge(['reject_rbl_client zen.example'], { facts, command: { client: '2001:db8::1' } });
  assert.match(said, /Client host \[2001:db8::1\] blocked using zen\.example$/);
});

test('[C37] weights add up, and good ones take away', () => {
  const facts = {
    'dns 1.2.0.192.a.example A': records('127.0.0.2'),
    'dns 1.2.0.192.b.example A': records('127.0.0.2'),
    'dns 1.2.0.192.good.example A': records('127.0.5.1'),
  };
  const settings = { rbl_weight_threshold: 5 };
  const bad = ['reject_rbl_client a.example*3', 'reject_rbl_client b.example*2'];
  assert.match(judge(bad, { facts, settings }), /blocked using b\.example$/);
  assert.equal(judge(bad.slice(0, 1), { facts, settings }), 'DUNNO');
  assert.equal(judge(['permit_dnswl_client good.example*-2', ...bad], { facts, settings }), 'DUNNO');
  assert.match(
    judge(['permit_dnswl_client good.example*-2', ...bad, 'reject_rbl_client a.example'], { facts, settings }),
    /a\.example$/,
  );
});

test('[C37] who is on a list of good ones comes in before a block list is asked', () => {
  const facts = {
    'dns 1.2.0.192.good.example A': records('127.0.5.1'),
    'dns 1.2.0.192.zen.example A': records('127.0.0.2'),
  };
  const elements = ['permit_dnswl_client good.example', 'reject_rbl_client zen.example'];
  assert.equal(judge(elements, { facts }), 'DUNNO');
  assert.equal(judge(elements.toReversed(), { facts }), BLOCKED);
});

test('[C37] a list of good ones that does not answer defers what would be refused, and lets nobody relay', () => {
  const facts = { 'dns 1.2.0.192.good.example A': LATER, 'dns 1.2.0.192.zen.example A': records('127.0.0.2') };
  assert.equal(
    judge(['permit_dnswl_client good.example', 'reject_rbl_client zen.example'], { facts }),
    '450 4.7.1 <192.0.2.1>: Client host rejected: Service unavailable',
  );
  const lists = {
    smtpd_client_restrictions: [],
    smtpd_relay_restrictions: ['permit_dnswl_client good.example', 'reject_unauth_destination'],
  };
  const good = { 'dns 1.2.0.192.good.example A': records('127.0.5.1') };
  const command = { destination: { addressClass: 'foreign' } } as const;
  assert.match(judge([], { lists, facts: good, command }), /Relay access denied$/);
});

test('[C37] domains are looked up by what said them', () => {
  const facts = {
    'client-name': { kind: 'found', name: 'mx.bad.example', verified: true },
    'dns mx.bad.example.rhsbl.example A': records('127.0.1.2'),
    'dns helo.example.rhsbl.example A': records('127.0.1.2'),
    'dns example.org.rhsbl.example A': records('127.0.1.2'),
    'dns valija.test.rhsbl.example A': records('127.0.1.2'),
  } as const;
  const command = { helo: 'helo.example' };
  const cases: [string, string][] = [
    ['reject_rhsbl_client', 'Client host [mx.bad.example]'],
    ['reject_rhsbl_reverse_client', 'Unverified Client host [mx.bad.example]'],
    ['reject_rhsbl_helo', 'Helo command [helo.example]'],
    ['reject_rhsbl_sender', 'Sender address [ana@example.org]'],
    ['reject_rhsbl_recipient', 'Recipient address [usuario1@valija.test]'],
  ];
  for (const [name, shown] of cases) {
    const said = judge([`${name} rhsbl.example`], { facts, command });
    assert.equal(said, `554 5.7.1 Service unavailable; ${shown} blocked using rhsbl.example`);
  }
  assert.equal(judge(['permit_rhswl_client rhsbl.example', 'reject'], { facts }), 'DUNNO');
});

test('names that are addresses, or none, are not asked for', () => {
  for (const helo of ['192.0.2.1', '[192.0.2.1]', 'a b', '-']) {
    const { asked } = judgeGiven({
      lists: { smtpd_helo_restrictions: ['reject_rhsbl_helo r.example'] },
      command: { helo },
    });
    assert.deepEqual(asked, [], helo);
  }
});

test('the reply is a template of one’s own, for all lists or for one', () => {
  const facts = {
    'dns 1.2.0.192.zen.example A': records('127.0.0.2'),
    'table hash:/replies zen.example=127.0.0.2': {
      kind: 'found',
      key: 'zen.example=127.0.0.2',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Postfix's macros.
      value: '550 5.7.9 $client_address $$ ${sender} ${rbl_reason:no reason} $nothing.',
    },
  } as const;
  assert.equal(
    judge(['reject_rbl_client zen.example'], {
      facts,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Postfix's macros.
      settings: { default_rbl_reply: '$rbl_code bad ${rbl_reason?x}$rbl_what' },
    }),
    '554 5.7.1 bad 192.0.2.1',
  );
  assert.equal(
    judge(['reject_rbl_client zen.example=127.0.0.2'], { facts, settings: { rbl_reply_maps: ['hash:/replies'] } }),
    '550 5.7.9 192.0.2.1 $ ana@example.org no reason .',
  );
  assert.equal(
    judge(['reject_rbl_client zen.example'], { facts, settings: { default_rbl_reply: 'go away' } }),
    '450 4.7.1 Service unavailable',
  );
});

test('lists that nobody can ask are refused when they are read', () => {
  const cases: [string, RegExp][] = [
    ['', /domain of a block list/],
    ['zen..example', /domain of a block list/],
    ['zen.example=127.0.0', /no filter of answers/],
    ['zen.example=127.0.0.[2..]', /no filter of answers/],
    ['zen.example=127.0.0.[11..2]', /no filter of answers/],
    ['zen.example=127.0.0.256', /no filter of answers/],
    ['zen.example=127.0.0.2*x', /no weight/],
    ['zen.example*0', /no weight/],
    ['zen.example*10000', /no weight/],
  ];
  for (const [text, complaint] of cases) {
    const parsed = parseDnsList(text);
    assert.equal(parsed.ok, false, text);
    assert.match(parsed.ok ? '' : mistakeInEnglish(parsed.error), complaint, text);
  }
  const whole = parseDnsList('zen.example=127.0.0.[2..11;14]*-3');
  assert.deepEqual(whole.ok && [whole.value.zone, whole.value.text, whole.value.weight], [
    'zen.example',
    'zen.example=127.0.0.[2..11;14]',
    -3,
  ]);
});
