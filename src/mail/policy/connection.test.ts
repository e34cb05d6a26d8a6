import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Crowd,
  decideAccountSessions,
  decideAdmission,
  decideConnection,
  decideMessageRate,
  type VisitorLimits,
} from './connection.ts';

const LIMITS: VisitorLimits = {
  family: 'smtpd',
  inAll: 100,
  atDoor: 60,
  ofNetwork: 5,
  arrivals: 20,
  messages: 30,
  ofAccount: 10,
};
const QUIET: Crowd = { inAll: 1, atDoor: 1, ofNetwork: 1, arrivals: 1 };
const ruleFor = (crowd: Partial<Crowd>, limits: Partial<VisitorLimits> = {}, excepted = false) =>
  decideAdmission({ ...QUIET, ...crowd }, { ...LIMITS, ...limits }, excepted)?.rule;

test('each limit admits its number and refuses the next', () => {
  assert.equal(ruleFor({ inAll: 100, atDoor: 60, ofNetwork: 5, arrivals: 20 }), undefined);
  assert.equal(ruleFor({ ofNetwork: 6 }), 'smtpd_client_connection_count_limit');
  assert.equal(ruleFor({ arrivals: 21 }), 'smtpd_client_connection_rate_limit');
  assert.equal(ruleFor({ atDoor: 61 }), 'service_connection_limit');
  assert.equal(ruleFor({ inAll: 101 }), 'connection_limit');
});

test('the rule has the name of the setting that holds at this door', () => {
  assert.equal(ruleFor({ ofNetwork: 6 }, { family: 'mail' }), 'mail_client_connection_count_limit');
  assert.equal(ruleFor({ arrivals: 21 }, { family: 'mail' }), 'mail_client_connection_rate_limit');
  assert.equal(ruleFor({ ofNetwork: 6 }, { family: 'http' }), 'http_client_connection_count_limit');
  assert.equal(ruleFor({ arrivals: 21 }, { family: 'http' }), 'http_client_connection_rate_limit');
});

test('zero is no limit', () => {
  const none = { inAll: 0, atDoor: 0, ofNetwork: 0, arrivals: 0 };
  assert.equal(ruleFor({ inAll: 1e6, atDoor: 1e6, ofNetwork: 1e6, arrivals: 1e6 }, none), undefined);
  assert.equal(decideMessageRate(1e6, { ...LIMITS, messages: 0 }, false), undefined);
});

test('an excepted network is held to the limits of the whole server only', () => {
  assert.equal(ruleFor({ ofNetwork: 50, arrivals: 50 }, {}, true), undefined);
  assert.equal(ruleFor({ ofNetwork: 50, inAll: 101 }, {}, true), 'connection_limit');
});

test('messages a minute, and sessions of an account', () => {
  assert.equal(decideMessageRate(30, LIMITS, false), undefined);
  assert.deepEqual(decideMessageRate(31, LIMITS, false), {
    rule: 'smtpd_client_message_rate_limit',
    count: 31,
    limit: 30,
    aboutNetwork: true,
  });
  assert.equal(decideAccountSessions(10, LIMITS, false), undefined);
  assert.equal(decideAccountSessions(11, LIMITS, false)?.rule, 'mail_max_userip_connections');
  assert.equal(decideAccountSessions(11, LIMITS, true), undefined);
});

test('whoever is admitted is greeted in the words of the door', () => {
  const greeting = (profile: 'smtp' | 'lmtp') => decideConnection({ profile, myhostname: 'mail.valija.test' }).reply;
  assert.deepEqual(greeting('smtp'), { code: 220, lines: ['mail.valija.test ESMTP Valija'] });
  assert.deepEqual(greeting('lmtp'), { code: 220, lines: ['mail.valija.test LMTP Valija'] });
});

test('[C35] who talks before the greeting is refused', () => {
  const facts = { profile: 'smtp', myhostname: 'mail.valija.test' } as const;
  const enforced = decideConnection({ ...facts, spokeFirst: 'enforce' });
  assert.deepEqual(enforced, {
    rule: 'postscreen_greet_action',
    outcome: 'reject',
    reply: { code: 550, enhanced: '5.5.1', lines: ['Protocol error'] },
  });
  assert.equal(decideConnection({ ...facts, spokeFirst: 'drop' }).reply.code, 521);
  assert.equal(decideConnection(facts).outcome, 'permit');
});
