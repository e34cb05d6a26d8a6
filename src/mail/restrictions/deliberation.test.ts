// In which order restrictions are asked, and what becomes of what they say.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeGiven } from '../../../test/world/restrictions.ts';
import type { FactAnswer } from './fact.ts';

const RECIPIENT = '<usuario1@valija.test>: Recipient address rejected';
const value = (text: string): FactAnswer => ({ kind: 'found', key: 'k', value: text });
const LATER: FactAnswer = { kind: 'later', reason: 'timeout' };
const relay = (...elements: string[]) => ({ smtpd_relay_restrictions: elements, smtpd_recipient_restrictions: [] });

test('[C35] first match wins', () => {
  assert.equal(judgeGiven({ lists: relay('permit', 'reject') }).said, 'OK');
  assert.equal(judgeGiven({ lists: relay('reject', 'permit') }).said, `554 5.7.1 ${RECIPIENT}: Access denied`);
});

test('[C35] what one list permits the next may refuse', () => {
  const lists = { smtpd_relay_restrictions: ['permit'], smtpd_recipient_restrictions: ['reject'] };
  const { said, ground } = judgeGiven({ lists });
  assert.equal(said, `554 5.7.1 ${RECIPIENT}: Access denied`);
  assert.deepEqual(ground, { rule: 'reject', list: 'smtpd_recipient_restrictions', element: 'reject' });
});

test('smtpd_relay_before_recipient_restrictions says which list is first', () => {
  const lists = { smtpd_relay_restrictions: ['reject'], smtpd_recipient_restrictions: ['defer'] };
  assert.equal(judgeGiven({ lists }).ground?.rule, 'reject');
  const settings = { smtpd_relay_before_recipient_restrictions: false };
  assert.equal(judgeGiven({ lists, settings }).ground?.rule, 'defer');
});

test('the lists of client, HELO and sender are asked at RCPT, or each at once', () => {
  const lists = {
    smtpd_client_restrictions: ['reject'],
    smtpd_helo_restrictions: ['reject'],
    smtpd_sender_restrictions: ['reject'],
  };
  for (const moment of ['connection', 'greeting', 'sender'] as const) {
    assert.equal(judgeGiven({ lists, moment }).said, 'DUNNO', moment);
  }
  assert.match(judgeGiven({ lists }).said, /Client host rejected: Access denied$/);
  const settings = { smtpd_delay_reject: false };
  const said = (['connection', 'greeting', 'sender', 'recipient'] as const).map(
    (moment) => judgeGiven({ lists, moment, settings }).said,
  );
  assert.deepEqual(said, [
    '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied',
    '554 5.7.1 <mx.example.org>: Helo command rejected: Access denied',
    '554 5.7.1 <ana@example.org>: Sender address rejected: Access denied',
    'DUNNO',
  ]);
});

test('[C35] warn_if_reject only tells the log, in Postfix’s word', () => {
  const { said, notices } = judgeGiven({
    lists: relay('warn_if_reject reject', 'warn_if_reject defer_if_permit', 'permit'),
  });
  assert.equal(said, 'OK');
  assert.deepEqual(notices, [
    { word: 'reject_warning', text: `554 5.7.1 ${RECIPIENT}: Access denied` },
    { word: 'reject_warning', text: `450 4.7.0 ${RECIPIENT}: defer_if_permit requested` },
  ]);
});

test('warn_if_reject holds for a class and what is in it, and not for what our own tables are to blame for', () => {
  const classes = { strict: ['reject'] };
  assert.equal(judgeGiven({ lists: relay('warn_if_reject strict'), classes }).said, 'DUNNO');
  const facts = { 'table hash:/x': LATER };
  const { said } = judgeGiven({ lists: relay('warn_if_reject check_sender_access hash:/x'), facts });
  assert.match(said, /^451 4\.3\.5 /);
});

test('defer_if_permit is kept from list to list, and its first reason is the one that is told', () => {
  const lists = { smtpd_client_restrictions: ['defer_if_permit'], ...relay('defer_if_permit', 'permit') };
  const { said, ground } = judgeGiven({ lists });
  assert.equal(said, '450 4.7.0 <unknown[192.0.2.1]>: Client host rejected: defer_if_permit requested');
  assert.deepEqual([ground?.rule, ground?.list], ['defer_if_permit', 'smtpd_client_restrictions']);
});

test('defer_if_reject softens what is refused for good, within its own list', () => {
  assert.equal(judgeGiven({ lists: relay('defer_if_reject', 'reject') }).ground?.rule, 'defer_if_reject');
  assert.equal(judgeGiven({ lists: relay('defer_if_reject', 'defer') }).ground?.rule, 'defer');
  const lists = { smtpd_relay_restrictions: ['defer_if_reject'], smtpd_recipient_restrictions: ['reject'] };
  assert.equal(judgeGiven({ lists }).ground?.rule, 'reject');
});

test('where both are noted nothing else need be asked', () => {
  const { said, asked } = judgeGiven({
    lists: relay('defer_if_reject', 'defer_if_permit', 'check_sender_access hash:/x', 'reject'),
  });
  assert.match(said, /defer_if_permit requested$/);
  assert.deepEqual(asked, []);
});

test('classes say what led to a decision', () => {
  const classes = { strangers: ['reject_unknown_client_hostname'] };
  const { ground } = judgeGiven({ lists: relay('strangers'), classes });
  assert.deepEqual(ground, {
    rule: 'reject_unknown_client_hostname',
    list: 'smtpd_relay_restrictions',
    element: 'strangers → reject_unknown_client_hostname',
  });
});

test('an access table names restrictions and classes, but no tables', () => {
  const element = 'check_sender_access hash:/x';
  const said = (text: string) =>
    judgeGiven({ lists: relay(element), classes: { no: ['reject'] }, facts: { 'table hash:/x': value(text) } });
  assert.equal(said('permit_mynetworks, no').ground?.element, `${element} → no → reject`);
  const named = said('check_sender_access hash:/y');
  assert.equal(named.said, '451 4.3.5 Server configuration error');
  assert.match(named.notices[0]?.text ?? '', /has entry with lookup table/);
  assert.match(said('rejct').notices[0]?.text ?? '', /rejct: there is no such restriction/);
});

test('a table that leads to itself comes to an end', () => {
  const classes = { again: ['check_sender_access hash:/x'] };
  const { said, notices } = judgeGiven({ lists: relay('again'), classes, facts: { 'table hash:/x': value('again') } });
  assert.equal(said, '451 4.3.5 Server configuration error');
  assert.match(notices[0]?.text ?? '', /100 deep/);
});

test('DISCARD accepts at once, whatever the lists behind it say', () => {
  const lists = { smtpd_sender_restrictions: ['hash:/x'], smtpd_relay_restrictions: ['reject'] };
  const { said, actions, notices } = judgeGiven({ lists, facts: { 'table hash:/x': value('DISCARD') } });
  assert.equal(said, 'OK');
  assert.deepEqual(actions, [{ kind: 'discard' }]);
  assert.deepEqual(notices, [{ word: 'discard', text: '<ana@example.org>: Sender address triggers DISCARD action' }]);
});

test('where nothing is asked nothing is waited for: the default lists', () => {
  const { said, asked } = judgeGiven();
  assert.deepEqual([said, asked], ['DUNNO', []]);
});

test('a null greeting, a null sender and several recipients are judged as far as they go', () => {
  const helo = judgeGiven({ lists: { smtpd_helo_restrictions: ['reject'] }, command: { helo: undefined } });
  assert.equal(helo.said, 'DUNNO');
  const data = judgeGiven({
    moment: 'data',
    lists: { smtpd_data_restrictions: ['check_recipient_access hash:/x', 'reject_multi_recipient_bounce'] },
    command: { sender: '', recipientCount: 2 },
  });
  assert.equal(data.said, '550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce');
});
