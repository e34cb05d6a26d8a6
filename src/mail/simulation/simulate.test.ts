import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { DoorWorld } from '#mail/acceptance/acceptance-world.ts';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { DEFAULT_SMTP_LIMITS } from '#protocols/smtp/limits.ts';
import { acceptanceHouse, type HouseOptions } from '../../../test/world/acceptance-house.ts';
import type { SimulatedDoor } from './play-out.ts';
import type { SimulationQuestion } from './question.ts';
import { simulate } from './simulate.ts';

const STRANGER: SimulationQuestion = {
  door: 'smtp',
  clientAddress: '192.0.2.7',
  helo: 'mx.example.org',
  sender: 'ana@example.org',
  recipients: ['usuario1@valija.test'],
  tls: false,
  asksServices: false,
};

const DOOR: SimulatedDoor = { profile: 'smtp', port: 25, tlsLevel: 'may', limits: DEFAULT_SMTP_LIMITS };

async function ask(
  question: Partial<SimulationQuestion> = {},
  door: Partial<SimulatedDoor> = {},
  options: HouseOptions = {},
  world: Partial<DoorWorld> = {},
) {
  const house = acceptanceHouse(options);
  const asked = { ...STRANGER, ...question };
  const outcome = await simulate(
    {
      acceptance: { ...house.world, ...world },
      door: { ...DOOR, profile: asked.door, ...door },
      findServers: async (destination) => ({
        ok: true,
        value: [{ name: `mx.${destination}`, address: '192.0.2.25', port: 25, preference: 10 }],
      }),
    },
    asked,
  );
  return { house, outcome, said: outcome.steps.map(({ command, replies }) => [command, replies.at(-1)?.code]) };
}

const forged: AuthenticationFindings = {
  spf: {
    result: 'none',
    identity: 'mailfrom',
    domain: 'example.org',
    mechanism: undefined,
    explanation: undefined,
    reason: undefined,
    lookups: 0,
    voidLookups: 0,
  },
  dkim: [],
  unverifiedSignatures: 0,
  dmarc: {
    result: 'fail',
    domain: 'example.org',
    policyDomain: 'example.org',
    policy: 'reject',
    record: 'v=DMARC1; p=reject',
    alignedSpf: undefined,
    alignedDkim: undefined,
    reason: undefined,
  },
  arc: { result: 'none', sets: [], reason: undefined },
  answers: [],
};

describe('simulate', () => {
  it('takes a stranger’s message for a user of ours, and plans where it is filed', async () => {
    const { outcome, said } = await ask();
    assert.deepEqual(said, [
      ['', 220],
      ['EHLO mx.example.org', 250],
      ['MAIL FROM:<ana@example.org> SIZE=191', 250],
      ['RCPT TO:<usuario1@valija.test>', 250],
      ['DATA', 354],
      ['.', 250],
    ]);
    assert.equal(outcome.verdict, 'accepted');
    assert.deepEqual(outcome.plan, [
      { kind: 'file', recipient: 'usuario1@valija.test', account: 'usuario1@valija.test', mailbox: 'INBOX' },
    ]);
  });

  it('leaves nothing behind: no journal, no journey, no log, no queue id', async () => {
    const { house, outcome } = await ask({ recipients: ['usuario1@valija.test', 'nadie@valija.test'] });
    assert.equal(outcome.verdict, 'accepted');
    assert.deepEqual(house.entries, []);
    assert.deepEqual(house.filed, []);
    assert.deepEqual(house.journeyLog.events, []);
    assert.deepEqual(house.log.lines, []);
    assert.match(outcome.reply?.lines.join(' ') ?? '', /SIMULATION/);
  });

  it('tells which rules were asked before the one that refused a relay', async () => {
    const { outcome } = await ask({ recipients: ['bob@example.net'] });
    assert.equal(outcome.verdict, 'refused');
    assert.equal(outcome.rule, 'reject_unauth_destination');
    const { checks = [], command } = outcome.steps.at(-1) ?? {};
    const relay = { list: 'smtpd_relay_restrictions' };
    assert.equal(command, 'RCPT TO:<bob@example.net>');
    assert.deepEqual(checks, [
      { rule: 'smtpd_recipient_limit', outcome: 'silent' },
      { ...relay, rule: 'permit_mynetworks', element: 'permit_mynetworks', outcome: 'silent' },
      { ...relay, rule: 'permit_sasl_authenticated', element: 'permit_sasl_authenticated', outcome: 'silent' },
      { ...relay, rule: 'reject_unauth_destination', element: 'reject_unauth_destination', outcome: 'reject' },
    ]);
    assert.deepEqual(outcome.plan, []);
  });

  it('names the servers that would be tried for what leaves', async () => {
    const { outcome } = await ask({ clientAddress: '198.51.100.4', recipients: ['bob@example.net'] });
    assert.deepEqual(outcome.plan, [
      {
        kind: 'queue',
        recipient: 'bob@example.net',
        nextHop: 'smtp:example.net',
        servers: [{ name: 'mx.example.net', address: '192.0.2.25', port: 25, preference: 10 }],
      },
    ]);
  });

  it('judges who submits: login, TLS, sender and author', async () => {
    const submission = { door: 'submission', tls: true, sender: 'usuario1@valija.test' } as const;
    const fine = await ask({ ...submission, login: 'usuario1@valija.test', recipients: ['bob@example.net'] });
    assert.equal(fine.outcome.verdict, 'accepted');
    assert.ok(fine.said.some(([command, code]) => command === 'AUTH PLAIN' && code === 235));
    const foreign = await ask({ ...submission, login: 'usuario1@valija.test', sender: 'info@valija.test' });
    assert.equal(foreign.outcome.rule, 'reject_sender_login_mismatch');
    const message = Buffer.from('From: Info <info@valija.test>\r\n\r\nHola\r\n').toString('base64');
    const author = await ask({ ...submission, login: 'usuario1@valija.test', message });
    assert.equal(author.outcome.rule, 'reject_author_login_mismatch');
    const nobody = await ask({ ...submission, login: 'nadie@valija.test' });
    assert.equal(nobody.outcome.reply?.code, 535);
    const inClear = await ask({ ...submission, tls: false, login: 'usuario1@valija.test' });
    assert.equal(inClear.outcome.reply?.enhanced, '5.7.11');
  });

  it('refuses by DMARC with the findings among its facts', async () => {
    const senderChecks = {
      authentication: { judge: async () => forged },
      policy: {
        spf_fail_action: 'accept',
        dmarc_policy_enforcement: true,
        authentication_temporary_error: 'accept',
        trusted_arc_sealers: [],
      },
    } as const;
    const { outcome } = await ask({}, {}, { senderChecks });
    assert.equal(outcome.rule, 'dmarc_reject');
    assert.equal(outcome.reply?.enhanced, '5.7.1');
    const last = outcome.steps.at(-1);
    assert.ok(last?.events.some((event) => event.kind === 'sender-checked'));
    assert.deepEqual(
      last?.checks.slice(-2).map(({ rule }) => rule),
      ['trusted_arc_sealer', 'dmarc_reject'],
    );
  });

  it('says what the machine says of itself: addresses that are none, a size beyond the limit, LMTP’s replies', async () => {
    assert.equal((await ask({ recipients: ['a b@valija.test'] })).outcome.reply?.code, 501);
    assert.equal(
      (await ask({ recipients: ['usuario1@valija.test>\r\nRCPT TO:<x@y.example'] })).outcome.reply?.code,
      500,
    );
    const large = await ask({ sizeBytes: 200_000 }, { limits: { messageOctets: 100_000 } });
    assert.equal(large.outcome.reply?.enhanced, '5.3.4');
    const lmtp = await ask({ door: 'lmtp', recipients: ['usuario1@valija.test', 'usuario2@valija.test'] });
    assert.equal(lmtp.outcome.steps.at(-1)?.replies.length, 2);
  });

  it('tells what the log would say of a world that fails', async () => {
    const cause = new Error('the disk is gone');
    const quotaUsage = async () => Promise.reject(new WorldError('quota', { transient: true, cause }));
    const { outcome } = await ask({ recipients: ['usuario2@valija.test'] }, {}, {}, { mailStore: { quotaUsage } });
    assert.equal(outcome.verdict, 'deferred');
    assert.match(outcome.steps.at(-1)?.complaints.join() ?? '', /the disk is gone/);
  });

  it('says of what an access table throws away that nobody gets it', async () => {
    const { outcome } = await ask(
      {},
      {},
      {
        restrictions: { lists: { smtpd_sender_restrictions: ['hash:/x'] } },
        facts: { 'table hash:/x': { kind: 'found', key: 'example.org', value: 'DISCARD' } },
      },
    );
    assert.deepEqual([outcome.verdict, outcome.plan], ['accepted', [{ kind: 'discard' }]]);
  });

  it('says of what an access table holds that it stays in the queue, and where it would go when it is released', async () => {
    const recipients = ['bob@example.net', 'usuario1@valija.test'];
    const { outcome } = await ask(
      { clientAddress: '198.51.100.4', recipients },
      {},
      {
        restrictions: { lists: { smtpd_sender_restrictions: ['hash:/x'] } },
        facts: { 'table hash:/x': { kind: 'found', key: 'example.org', value: 'HOLD' } },
      },
    );
    const [mx, account] = ['mx.example.net', 'usuario1@valija.test'];
    const servers = [{ name: mx, address: '192.0.2.25', port: 25, preference: 10 }];
    assert.equal(outcome.verdict, 'accepted');
    assert.deepEqual(outcome.plan, [
      { kind: 'file', recipient: account, account, mailbox: 'INBOX' },
      { kind: 'queue', recipient: 'bob@example.net', nextHop: 'smtp:example.net', servers, held: true },
    ]);
  });

  it('comes at the time that was given', async () => {
    const atMs = Date.UTC(2031, 0, 2);
    const { outcome } = await ask({ atMs });
    const received = outcome.steps.at(-1)?.events.find((event) => event.kind === 'received');
    assert.equal(received?.messageId, `<simulation.${atMs}@localhost>`);
  });
});
