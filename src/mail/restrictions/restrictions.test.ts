// Every restriction with literal facts: what it says, and in which words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetworks } from '#base/ip-network.ts';
import { type GivenCommand, type GivenFacts, type JudgedCase, judgeGiven } from '../../../test/world/restrictions.ts';
import type { FactAnswer } from './fact.ts';
import { RESTRICTION_NAMES } from './restriction-table.ts';

const NAMED: FactAnswer = { kind: 'found', name: 'mx.example.org', verified: true };
const FORGED: FactAnswer = { kind: 'found', name: 'mx.example.org', verified: false };
const UNSURE: FactAnswer = { kind: 'found', name: 'mx.example.org', verified: 'later' };
const LATER: FactAnswer = { kind: 'later', reason: 'timeout' };
const NONE: FactAnswer = { kind: 'none' };
const records = (...each: string[]): FactAnswer => ({ kind: 'found', records: each });
const value = (text: string): FactAnswer => ({ kind: 'found', key: 'k', value: text });
const SENDER = '<ana@example.org>: Sender address rejected';
const RECIPIENT = '<usuario1@valija.test>: Recipient address rejected';
const HELO = '<mx.example.org>: Helo command rejected';

interface Case {
  readonly element: string;
  readonly said: string;
  readonly command?: GivenCommand;
  readonly facts?: GivenFacts;
  readonly settings?: NonNullable<JudgedCase['settings']>;
}

const DUNNO = 'DUNNO';
const TABLE = 'hash:/etc/valija/access';

const WHOSE: Readonly<Record<string, string>> = {
  client: '<unknown[192.0.2.1]>: Client host rejected',
  reverse_client_hostname: '<unknown[192.0.2.1]>: Unverified Client host rejected',
  helo: HELO,
  sender: SENDER,
  recipient: RECIPIENT,
};

const CASES: readonly Case[] = [
  { element: 'permit', said: 'OK' },
  { element: 'reject', said: `554 5.7.1 ${RECIPIENT}: Access denied` },
  { element: 'defer', said: `450 4.3.2 ${RECIPIENT}: Try again later` },
  { element: 'defer_if_permit', said: `450 4.7.0 ${RECIPIENT}: defer_if_permit requested` },
  { element: 'defer_if_permit, reject', said: `554 5.7.1 ${RECIPIENT}: Access denied` },
  { element: 'defer_if_reject', said: DUNNO },
  { element: 'defer_if_reject, reject', said: `450 4.7.0 ${RECIPIENT}: defer_if_reject requested` },
  { element: 'sleep 1, permit', said: 'OK' },

  { element: 'permit_mynetworks', said: DUNNO },
  { element: 'permit_mynetworks', said: 'OK', settings: { mynetworks: parseIpNetworks(['192.0.2.0/24']) } },
  { element: 'permit_inet_interfaces', said: DUNNO },
  { element: 'permit_inet_interfaces', said: 'OK', settings: { ownAddresses: ['2001:db8::1', '192.0.2.1'] } },
  { element: 'permit_sasl_authenticated', said: DUNNO },
  { element: 'permit_sasl_authenticated', said: 'OK', command: { login: 'usuario1@valija.test' } },
  { element: 'reject_plaintext_session', said: '450 4.7.1 Session encryption is required' },
  { element: 'reject_plaintext_session', said: DUNNO, command: { tls: true } },
  { element: 'reject_unauth_pipelining', said: DUNNO },
  {
    element: 'reject_unauth_pipelining',
    said: `503 5.5.0 ${RECIPIENT}: Improper use of SMTP command pipelining`,
    command: { spokeEarly: true },
  },

  { element: 'reject_unknown_client_hostname', said: DUNNO, facts: { 'client-name': NAMED } },
  {
    element: 'reject_unknown_client_hostname',
    said: '550 5.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]',
    facts: { 'client-name': FORGED },
    settings: { unknown_client_reject_code: 550 },
  },
  {
    element: 'reject_unknown_client_hostname',
    said: '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]',
    facts: { 'client-name': UNSURE },
    settings: { unknown_client_reject_code: 550 },
  },
  {
    element: 'reject_unknown_client',
    said: '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]',
    facts: { 'client-name': LATER },
    settings: { unknown_client_reject_code: 550 },
  },
  { element: 'reject_unknown_reverse_client_hostname', said: DUNNO, facts: { 'client-name': FORGED } },
  {
    element: 'reject_unknown_reverse_client_hostname',
    said: '450 4.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.1]',
  },
  { element: 'reject_unknown_forward_client_hostname', said: DUNNO, facts: { 'client-name': NONE } },
  {
    element: 'reject_unknown_forward_client_hostname',
    said: '450 4.7.25 Client host rejected: cannot find your forward hostname, [192.0.2.1]',
    facts: { 'client-name': FORGED },
  },

  { element: 'reject_invalid_helo_hostname', said: DUNNO },
  { element: 'reject_invalid_helo_hostname', said: DUNNO, command: { helo: '192.0.2.1' } },
  { element: 'reject_invalid_helo_hostname', said: DUNNO, command: { helo: '[IPv6:2001:db8::1]' } },
  { element: 'reject_invalid_helo_hostname', said: DUNNO, command: { helo: undefined } },
  {
    element: 'reject_invalid_helo_hostname',
    said: '501 5.5.2 <a..b>: Helo command rejected: Invalid name',
    command: { helo: 'a..b' },
  },
  {
    element: 'reject_invalid_helo_hostname',
    said: '501 5.5.2 <[300.0.2.1]>: Helo command rejected: invalid ip address',
    command: { helo: '[300.0.2.1]' },
  },
  { element: 'reject_non_fqdn_helo_hostname', said: DUNNO, command: { helo: 'mx.example.org.' } },
  {
    element: 'reject_non_fqdn_helo_hostname',
    said: '504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname',
    command: { helo: 'localhost' },
  },
  {
    element: 'reject_unknown_helo_hostname',
    said: DUNNO,
    facts: {
      'dns mx.example.org A': NONE,
      'dns mx.example.org AAAA': NONE,
      'dns mx.example.org MX': records('a.example'),
    },
  },
  { element: 'reject_unknown_helo_hostname', said: `450 4.7.1 ${HELO}: Host not found` },
  {
    element: 'reject_unknown_helo_hostname, permit',
    said: `450 4.7.1 ${HELO}: Host not found`,
    facts: { 'dns mx.example.org A': LATER, 'dns mx.example.org AAAA': NONE, 'dns mx.example.org MX': NONE },
    settings: { unknown_hostname_reject_code: 550 },
  },

  { element: 'reject_non_fqdn_sender', said: DUNNO },
  { element: 'reject_non_fqdn_sender', said: DUNNO, command: { sender: '' } },
  {
    element: 'reject_non_fqdn_sender',
    said: '504 5.5.2 <ana@localhost>: Sender address rejected: need fully-qualified address',
    command: { sender: 'ana@localhost' },
  },
  {
    element: 'reject_non_fqdn_recipient',
    said: '504 5.5.2 <ana@localhost>: Recipient address rejected: need fully-qualified address',
    command: { recipient: 'ana@localhost' },
  },
  { element: 'reject_unknown_sender_domain', said: `450 4.1.8 ${SENDER}: Domain not found` },
  { element: 'reject_unknown_sender_domain', said: DUNNO, command: { sender: '' } },
  { element: 'reject_unknown_sender_domain', said: DUNNO, facts: { 'dns example.org MX': records('mx.example.org') } },
  {
    element: 'reject_unknown_sender_domain',
    said: DUNNO,
    facts: { 'sender-class': { kind: 'found', addressClass: 'hosted' } },
  },
  {
    element: 'reject_unknown_sender_domain',
    said: `550 5.7.27 ${SENDER}: Domain example.org does not accept mail (nullMX)`,
    facts: { 'dns example.org MX': records('') },
  },
  {
    element: 'reject_unknown_sender_domain, reject',
    said: `554 5.7.1 ${RECIPIENT}: Access denied`,
    facts: { 'dns example.org MX': LATER, 'dns example.org A': LATER, 'dns example.org AAAA': LATER },
  },
  {
    element: 'reject_unknown_sender_domain',
    said: `450 4.1.8 ${SENDER}: Domain not found`,
    facts: { 'dns example.org MX': LATER, 'dns example.org A': NONE, 'dns example.org AAAA': NONE },
    settings: { unknown_address_reject_code: 550 },
  },
  { element: 'reject_unknown_recipient_domain', said: DUNNO },
  {
    element: 'reject_unknown_recipient_domain',
    said: '556 5.1.10 <eva@example.net>: Recipient address rejected: Domain example.net does not accept mail (nullMX)',
    command: { recipient: 'eva@example.net', destination: { addressClass: 'foreign' } },
    facts: { 'dns example.net MX': records('') },
  },
  { element: 'reject_multi_recipient_bounce', said: DUNNO, command: { sender: '' } },
  { element: 'reject_multi_recipient_bounce', said: DUNNO, command: { recipientCount: 1 } },
  {
    element: 'reject_multi_recipient_bounce',
    said: `550 5.5.3 ${RECIPIENT}: Multi-recipient bounce`,
    command: { sender: '', recipientCount: 1 },
  },

  { element: 'reject_authenticated_sender_login_mismatch', said: DUNNO },
  {
    element: 'reject_authenticated_sender_login_mismatch',
    said: `553 5.7.1 ${SENDER}: not owned by user usuario1@valija.test`,
    command: { login: 'usuario1@valija.test' },
  },
  {
    element: 'reject_authenticated_sender_login_mismatch',
    said: DUNNO,
    command: { login: 'usuario1@valija.test' },
    facts: { 'sender-owners': { kind: 'found', accounts: ['USUARIO1@valija.test'] } },
  },
  { element: 'reject_known_sender_login_mismatch', said: DUNNO, command: { login: 'usuario1@valija.test' } },
  {
    element: 'reject_known_sender_login_mismatch',
    said: `553 5.7.1 ${SENDER}: not owned by user usuario1@valija.test`,
    command: { login: 'usuario1@valija.test' },
    facts: { 'sender-owners': { kind: 'found', accounts: ['ana'] } },
  },
  {
    element: 'reject_unauthenticated_sender_login_mismatch',
    said: `553 5.7.1 ${SENDER}: not logged in`,
    facts: { 'sender-owners': { kind: 'found', accounts: ['ana'] } },
  },
  {
    element: 'reject_sender_login_mismatch',
    said: `553 5.7.1 ${SENDER}: not logged in`,
    facts: { 'table hash:/login ana@example.org': value('ana, eva') },
    settings: { smtpd_sender_login_maps: ['hash:/login'] },
  },
  {
    element: 'reject_sender_login_mismatch',
    said: DUNNO,
    command: { login: 'eva' },
    facts: { 'table hash:/login @example.org': value('ana, eva') },
    settings: { smtpd_sender_login_maps: ['hash:/login'] },
  },
  {
    element: 'reject_sender_login_mismatch',
    said: '451 4.3.0 <ana@example.org>: Temporary lookup failure',
    facts: { 'sender-owners': LATER },
  },

  { element: 'reject_unlisted_recipient', said: DUNNO },
  {
    element: 'reject_unlisted_recipient',
    said: `550 5.1.1 ${RECIPIENT}: User unknown in local recipient table`,
    command: { destination: { unlistedIn: 'local recipient table' } },
  },
  {
    element: 'reject_unlisted_sender',
    said: `550 5.1.0 ${SENDER}: User unknown in virtual mailbox table`,
    facts: { listed: { kind: 'unlisted', where: 'virtual mailbox table' } },
  },
  {
    element: 'reject_unlisted_sender',
    said: '451 4.3.0 <ana@example.org>: Temporary lookup failure',
    facts: { listed: LATER },
  },
  { element: 'reject_unverified_recipient', said: DUNNO },
  {
    element: 'reject_unverified_recipient',
    said: `550 5.1.1 ${RECIPIENT}: undeliverable address: host mx said: 550 no`,
    facts: { verified: { kind: 'undeliverable', reason: 'host mx said: 550 no' } },
    settings: { unverified_recipient_reject_code: 550 },
  },
  {
    element: 'reject_unverified_sender',
    said: `450 4.1.0 ${SENDER}: unverified address: nobody knows`,
    facts: { verified: LATER },
    settings: { unverified_sender_reject_reason: 'nobody knows' },
  },

  { element: 'permit_auth_destination', said: 'OK' },
  { element: 'permit_auth_destination', said: DUNNO, command: { destination: { addressClass: 'foreign' } } },
  { element: 'reject_unauth_destination', said: DUNNO, command: { destination: { addressClass: 'relay' } } },
  {
    element: 'reject_unauth_destination',
    said: '554 5.7.1 <a%b@example.net>: Relay access denied',
    command: { recipient: 'a%b@example.net', destination: { addressClass: 'relay', hasSenderRoute: true } },
  },
  {
    element: 'defer_unauth_destination',
    said: '454 4.7.1 <eva@example.net>: Relay access denied',
    command: { recipient: 'eva@example.net', destination: { addressClass: 'foreign' } },
  },

  { element: `check_client_access ${TABLE}`, said: DUNNO },
  {
    element: `check_client_access ${TABLE}`,
    said: '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied',
    facts: { [`table ${TABLE} 192.0.2`]: value('REJECT') },
  },
  {
    element: `check_reverse_client_hostname_access ${TABLE}`,
    said: '554 5.7.1 <unknown[192.0.2.1]>: Unverified Client host rejected: no',
    facts: { 'client-name': FORGED, [`table ${TABLE} example.org`]: value('REJECT no') },
  },
  {
    element: `check_helo_access ${TABLE}`,
    said: `554 5.7.1 ${HELO}: Access denied`,
    facts: { [`table ${TABLE} org`]: value('REJECT') },
  },
  { element: `check_sender_access ${TABLE}`, said: 'OK', facts: { [`table ${TABLE} ana@`]: value('OK') } },
  { element: `check_recipient_access ${TABLE}`, said: 'OK', facts: { [`table ${TABLE} valija.test`]: value('OK') } },
  {
    element: `check_sasl_access ${TABLE}`,
    said: '554 5.7.1 <usuario1>: SASL login name rejected: Access denied',
    command: { login: 'usuario1' },
    facts: { [`table ${TABLE} usuario1`]: value('REJECT') },
  },
  ...['client', 'reverse_client_hostname', 'helo', 'sender', 'recipient'].flatMap((whose): Case[] => {
    const facts: GivenFacts = {
      'client-name': NAMED,
      ...Object.fromEntries(
        ['mx.example.org', 'example.org', 'valija.test'].flatMap((name) => [
          [`dns ${name} MX`, records('mail.bad.example')],
          [`dns ${name} NS`, records('ns.bad.example')],
          [`dns ${name} A`, records('203.0.113.9')],
        ]),
      ),
      'dns ns.bad.example A': records('203.0.113.9'),
    };
    const says = (type: string, key: string, text: string): Case => ({
      element: `check_${whose}_${type}_access ${TABLE}`,
      said: text === 'OK' ? '451 4.3.5 Server configuration error' : `599 5.9.2 ${WHOSE[whose]}: bad server`,
      facts: { ...facts, [`table ${TABLE} ${key}`]: value(text) },
    });
    return [
      says('mx', 'bad.example', '599 5.9.2 bad server'),
      says('ns', '203.0.113', '599 5.9.2 bad server'),
      says('a', '203.0.113.9', '599 5.9.2 bad server'),
      says('mx', 'mail.bad.example', 'OK'),
    ];
  }),

  { element: 'check_policy_service inet:127.0.0.1:10023', said: DUNNO },
  {
    element: 'check_policy_service inet:127.0.0.1:10023',
    said: `450 4.2.0 ${RECIPIENT}: Greylisted`,
    facts: { 'policy-service inet:127.0.0.1:10023': { kind: 'action', action: 'DEFER_IF_PERMIT 4.2.0 Greylisted' } },
  },
  {
    element: 'check_policy_service { inet:127.0.0.1:10023, timeout=10s }',
    said: '451 4.3.5 Server configuration problem',
    facts: { 'policy-service { inet:127.0.0.1:10023, timeout=10s }': LATER },
  },
  { element: 'check_greylist', said: DUNNO },
  { element: 'check_greylist', said: DUNNO, facts: { greylist: LATER } },
  {
    element: 'check_greylist',
    said: `450 4.2.0 ${RECIPIENT}: Greylisted, try again in 300 seconds`,
    facts: { greylist: { kind: 'wait', seconds: 300 } },
  },
];

for (const { element, said, ...given } of CASES) {
  test(`[C35] ${element} → ${said}${given.command ? ` for ${JSON.stringify(given.command)}` : ''}`, () => {
    const lists = { smtpd_relay_restrictions: [], smtpd_recipient_restrictions: [element] };
    assert.equal(judgeGiven({ ...given, lists }).said, said);
  });
}

test('[C35] no restriction is left out of these cases, but for those of lists in the DNS', () => {
  const tried = new Set(CASES.flatMap(({ element }) => element.split(/[ ,]+/)));
  const untried = RESTRICTION_NAMES.filter((name) => !tried.has(name) && !/_(?:rbl|rhsbl|dnswl|rhswl)_/.test(name));
  assert.deepEqual(untried, []);
});
