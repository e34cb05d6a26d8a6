import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeGiven } from '../../../test/world/restrictions.ts';
import { addressKeys, domainKeys, mailKeys } from './access-keys.ts';
import type { FactAnswer } from './fact.ts';

const SETTINGS = { parent_domain_matches_subdomains: ['smtpd_access_maps'], recipient_delimiter: '+' };
const value = (text: string): FactAnswer => ({ kind: 'found', key: 'k', value: text });

/** What the right-hand side says of a sender. */
function read(text: string, moment: 'recipient' | 'content' | 'connection' = 'recipient') {
  const list = {
    recipient: { smtpd_recipient_restrictions: ['check_sender_access hash:/x'] },
    content: { smtpd_end_of_data_restrictions: ['check_sender_access hash:/x'] },
    connection: { smtpd_client_restrictions: ['check_client_access hash:/x'] },
  }[moment];
  const settings = { smtpd_delay_reject: moment !== 'connection' };
  return judgeGiven({ lists: list, settings, moment, facts: { 'table hash:/x': value(text) } });
}

const REJECTED = '<ana@example.org>: Sender address rejected';

test('[C35] right-hand sides as access(5) has them', () => {
  const cases: [string, string][] = [
    ['OK', 'OK'],
    ['ok and more', 'OK'],
    ['RELAY', 'OK'],
    ['1234567890', 'OK'],
    ['DUNNO', 'DUNNO'],
    ['REJECT', `554 5.7.1 ${REJECTED}: Access denied`],
    ['reject we know you', `554 5.7.1 ${REJECTED}: we know you`],
    ['REJECT 5.7.9 we know you', `554 5.7.9 ${REJECTED}: we know you`],
    ['DEFER', `450 4.7.1 ${REJECTED}: Access denied`],
    ['DEFER 4.3.2 later', `450 4.3.2 ${REJECTED}: later`],
    ['550 no', `550 5.7.1 ${REJECTED}: no`],
    ['421 4.3.2', `421 4.3.2 ${REJECTED}: Access denied`],
    ['521 4.3.2 the class is that of the reply', `521 5.3.2 ${REJECTED}: the class is that of the reply`],
    ['550 5.1.1 of a recipient', `550 5.1.7 ${REJECTED}: of a recipient`],
    ['550 5.1.9 of nobody', `550 5.1.0 ${REJECTED}: of nobody`],
    ['DEFER_IF_PERMIT', `450 4.7.1 ${REJECTED}: Service unavailable`],
    ['DEFER_IF_REJECT', 'DUNNO'],
    ['reject_unknown_client_hostname', '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]'],
  ];
  for (const [text, said] of cases) assert.equal(read(text).said, said, text);
});

test('[C35] what changes the message is noted, and decides nothing', () => {
  const cases: [string, object, string | undefined][] = [
    ['HOLD', { kind: 'hold' }, 'triggers HOLD action'],
    ['HOLD look at it', { kind: 'hold' }, 'look at it'],
    [
      'REDIRECT abuse@valija.test',
      { kind: 'redirect', to: 'abuse@valija.test' },
      'triggers REDIRECT abuse@valija.test',
    ],
    ['BCC abuse@valija.test', { kind: 'bcc', to: 'abuse@valija.test' }, 'triggers BCC abuse@valija.test'],
    [
      'FILTER smtp:[127.0.0.1]:10025',
      { kind: 'filter', nextHop: 'smtp:[127.0.0.1]:10025' },
      'triggers FILTER smtp:[127.0.0.1]:10025',
    ],
    ['PREPEND X-Seen: yes', { kind: 'prepend', field: 'X-Seen: yes' }, undefined],
  ];
  for (const [text, action, noted] of cases) {
    const { said, actions, notices } = read(text);
    assert.deepEqual([said, actions], ['DUNNO', [action]], text);
    assert.deepEqual(
      notices.map((notice) => notice.text),
      noted === undefined ? [] : [`<ana@example.org>: Sender address ${noted}`],
    );
  }
});

test('WARN and INFO are lines of the log', () => {
  assert.deepEqual(read('WARN look').notices, [{ word: 'warn', text: 'look' }]);
  assert.deepEqual(read('INFO look').notices, [{ word: 'info', text: 'look' }]);
});

test('[T11] what cannot be done is said in the log, and is DUNNO', () => {
  const useless: [string, 'recipient' | 'content' | 'connection', RegExp][] = [
    ['REDIRECT nobody', 'recipient', /requires user@domain target/],
    ['BCC nobody', 'recipient', /requires user@domain target/],
    ['FILTER nowhere', 'recipient', /requires transport:destination/],
    ['PREPEND no header', 'recipient', /requires header: text/],
    ['PREPEND X-A: b\r\nX-C: d', 'recipient', /requires header: text/],
    ['PREPEND X-A: b', 'content', /PREPEND is always skipped at END-OF-MESSAGE/],
    ['HOLD', 'connection', /HOLD is always skipped at CONNECT/],
  ];
  for (const [text, moment, complaint] of useless) {
    const { said, actions, notices } = read(text, moment);
    assert.deepEqual([said, actions], ['DUNNO', []], text);
    assert.equal(notices[0]?.word, 'mistake');
    assert.match(notices[0]?.text ?? '', complaint);
  }
});

test('[T11] a table cannot write a second line into a reply', () => {
  assert.equal(read('REJECT a\r\n250 2.0.0 Ok').said, `554 5.7.1 ${REJECTED}: a  250 2.0.0 Ok`);
});

test('keys of addresses, domains and networks, in the order of access(5)', () => {
  const address = { localPart: 'Ana+x', domain: 'a.example.org' };
  assert.deepEqual(mailKeys(address, SETTINGS), [
    'Ana+x@a.example.org',
    'Ana@a.example.org',
    'a.example.org',
    'example.org',
    'org',
    'Ana+x@',
    'Ana@',
  ]);
  assert.deepEqual(domainKeys('a.example.org', { ...SETTINGS, parent_domain_matches_subdomains: [] }), [
    'a.example.org',
    '.example.org',
    '.org',
  ]);
  assert.deepEqual(domainKeys('192.0.2.1', SETTINGS), ['192.0.2.1']);
  assert.deepEqual(domainKeys('example.org.', SETTINGS), ['example.org.', 'org.']);
  assert.deepEqual(addressKeys('192.0.2.1'), ['192.0.2.1', '192.0.2', '192.0', '192']);
  assert.deepEqual(addressKeys('2001:db8::1'), ['2001:db8::1', '2001:db8:', '2001:db8', '2001']);
});

test('a client is looked up by its name, then by its address; patterns of networks need no name', () => {
  const judge = (table: string) =>
    judgeGiven({ lists: { smtpd_client_restrictions: [`check_client_access ${table}`] } }).asked.map(
      ({ kind }) => kind,
    );
  assert.deepEqual(judge('hash:/x'), ['client-name', 'table', 'table']);
  assert.deepEqual(judge('cidr:/x'), ['table']);
  const unknown = judgeGiven({
    lists: { smtpd_client_restrictions: ['check_client_access hash:/x'] },
    facts: { 'table hash:/x unknown': value('REJECT') },
  });
  assert.equal(unknown.said, '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied');
});

test('DUNNO ends the search: the name’s entry stands before that of its network', () => {
  const { said } = judgeGiven({
    lists: { smtpd_client_restrictions: ['check_client_access hash:/x'] },
    facts: {
      'client-name': { kind: 'found', name: 'mx.example.org', verified: true },
      'table hash:/x example.org': value('DUNNO'),
      'table hash:/x 192.0.2.1': value('REJECT'),
    },
  });
  assert.equal(said, 'DUNNO');
});

test('the null sender has a key of its own', () => {
  const lists = { smtpd_sender_restrictions: ['hash:/x'] };
  const facts = { 'table hash:/x <>': value('REJECT') };
  assert.equal(
    judgeGiven({ lists, facts, command: { sender: '' } }).said,
    '554 5.7.1 <>: Sender address rejected: Access denied',
  );
});

test('[C54] whoever says how the mail goes on behind us is let in by no table', () => {
  const lists = { smtpd_relay_restrictions: ['hash:/x', 'reject_unauth_destination'] };
  const facts = { 'table hash:/x': value('OK') };
  const command = {
    recipient: 'a%b@example.net',
    destination: { addressClass: 'foreign', hasSenderRoute: true },
  } as const;
  assert.match(judgeGiven({ lists, facts, command }).said, /Relay access denied$/);
});

test('a table that cannot be asked defers', () => {
  const lists = { smtpd_sender_restrictions: ['hash:/x'] };
  const { said } = judgeGiven({ lists, facts: { 'table hash:/x': { kind: 'later', reason: 'gone' } } });
  assert.equal(said, '451 4.3.5 <ana@example.org>: Sender address rejected: Server configuration error');
});
