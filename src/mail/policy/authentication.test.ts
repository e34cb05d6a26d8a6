import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ArcSet,
  AuthenticationFindings,
  DkimFinding,
  DmarcFinding,
  SpfFinding,
} from '#mail/ports/sender-authentication.ts';
import { formatReply } from '#protocols/smtp/reply.ts';
import { type AuthenticationPolicy, authenticationRules } from './authentication.ts';
import { firstVerdict } from './rule.ts';

const SPF: SpfFinding = {
  result: 'none',
  identity: 'mailfrom',
  domain: 'example.org',
  mechanism: undefined,
  explanation: undefined,
  reason: undefined,
  lookups: 0,
  voidLookups: 0,
};

const DKIM: DkimFinding = {
  result: 'pass',
  domain: 'lists.example.net',
  selector: 's1',
  algorithm: 'rsa-sha256',
  identity: '@lists.example.net',
  signature: 'abcdefgh',
  aligned: false,
  unsignedOctets: 0,
  reason: undefined,
};

const DMARC: DmarcFinding = {
  result: 'fail',
  domain: 'example.org',
  policyDomain: 'example.org',
  policy: 'reject',
  record: 'v=DMARC1; p=reject',
  alignedSpf: undefined,
  alignedDkim: undefined,
  reason: undefined,
};

const POLICY: AuthenticationPolicy = {
  spf_fail_action: 'accept',
  dmarc_policy_enforcement: true,
  authentication_temporary_error: 'accept',
  trusted_arc_sealers: [],
};

interface Given {
  readonly spf?: Partial<SpfFinding>;
  readonly dkim?: readonly DkimFinding[];
  readonly dmarc?: Partial<DmarcFinding>;
  readonly arc?: readonly ArcSet[];
  readonly policy?: Partial<AuthenticationPolicy>;
}

function judge({ spf, dkim = [], dmarc, arc, policy }: Given) {
  const findings: AuthenticationFindings = {
    spf: { ...SPF, ...spf },
    dkim,
    unverifiedSignatures: 0,
    dmarc: { ...DMARC, ...dmarc },
    arc:
      arc === undefined
        ? { result: 'none', sets: [], reason: undefined }
        : { result: 'pass', sets: arc, reason: undefined },
    answers: [],
  };
  const facts = { queueId: '4ZxQ0', clientAddress: '192.0.2.1', findings, policy: { ...POLICY, ...policy } };
  return firstVerdict(authenticationRules, facts);
}

const ruleOf = (given: Given) => judge(given)?.rule;

test('[C31] p=reject is refused, with what failed and how its owner mends it', () => {
  const verdict = judge({ spf: { result: 'softfail' }, dkim: [DKIM] });
  assert.equal(verdict?.rule, 'dmarc_reject');
  assert.equal(
    formatReply(verdict!.reply),
    '550-5.7.1 example.org asks that this message be refused (DMARC): nothing proves that it comes from there\r\n' +
      '550-5.7.1 SPF: softfail for example.org\r\n' +
      '550-5.7.1 DKIM: pass for lists.example.net, which is not aligned with example.org\r\n' +
      '550 5.7.1 If example.org is yours: sign its mail with DKIM, d=example.org; or let 192.0.2.1 send by its SPF record, with a sender address of example.org\r\n',
  );
});

test('[C31] what each policy and each result leads to', () => {
  const cases: [Given, string | undefined][] = [
    [{ dmarc: { result: 'pass' } }, undefined],
    [{ dmarc: { result: 'none', policy: undefined } }, undefined],
    [{ dmarc: { policy: 'none' } }, undefined],
    [{ dmarc: { policy: 'quarantine' } }, 'dmarc_quarantine'],
    [{ dmarc: { policy: 'reject' } }, 'dmarc_reject'],
    [{ policy: { dmarc_policy_enforcement: false } }, undefined],
    [{ dmarc: { result: 'permerror', policy: undefined } }, 'dmarc_unclear_author'],
    [{ dmarc: { result: 'temperror' } }, undefined],
    [
      { dmarc: { result: 'temperror' }, policy: { authentication_temporary_error: 'defer' } },
      'authentication_temporary_error',
    ],
    [
      { dmarc: { result: 'temperror', policy: undefined }, policy: { authentication_temporary_error: 'defer' } },
      'authentication_temporary_error',
    ],
    [
      { dmarc: { result: 'temperror', policy: 'none' }, policy: { authentication_temporary_error: 'defer' } },
      undefined,
    ],
    [{ dmarc: { result: 'pass' }, spf: { result: 'fail' } }, undefined],
    [{ dmarc: { result: 'pass' }, spf: { result: 'fail' }, policy: { spf_fail_action: 'reject' } }, 'spf_fail'],
    [{ dmarc: { result: 'pass' }, spf: { result: 'softfail' }, policy: { spf_fail_action: 'reject' } }, undefined],
    [
      {
        dmarc: { result: 'pass' },
        spf: { result: 'temperror' },
        policy: { spf_fail_action: 'reject', authentication_temporary_error: 'defer' },
      },
      'authentication_temporary_error',
    ],
  ];
  for (const [given, rule] of cases) assert.equal(ruleOf(given), rule, JSON.stringify(given));
});

test('[C31] quarantine is taken, and goes to Junk', () => {
  const verdict = judge({ dmarc: { policy: 'quarantine' } });
  assert.deepEqual(
    [verdict?.outcome, verdict?.mailbox, verdict?.reply.lines],
    ['permit', 'Junk', ['Ok: queued as 4ZxQ0']],
  );
});

test('a temporary error says «later», SPF alone its own code and what the domain explains', () => {
  const later = judge({ dmarc: { result: 'temperror' }, policy: { authentication_temporary_error: 'defer' } });
  assert.match(formatReply(later!.reply), /^451 4\.7\.1 /);
  const refused = judge({
    spf: { result: 'fail', explanation: 'see http://example.org/\r\nspf' },
    policy: { spf_fail_action: 'reject' },
  });
  assert.equal(
    formatReply(refused!.reply),
    '550-5.7.23 SPF: example.org does not let 192.0.2.1 send in its name\r\n' +
      '550 5.7.23 example.org explains: see http://example.org/??spf\r\n',
  );
});

test('a trusted sealer speaks for what it saw pass, and only above seals that are trusted, too', () => {
  const trusted = { trusted_arc_sealers: ['lists.example.net', 'relay.example'] };
  const saw = (sealer: string, dmarc: string, author = 'example.org'): ArcSet => ({ sealer, dmarc, author });
  const list = saw('lists.example.net', 'pass');
  assert.equal(ruleOf({ arc: [list], policy: trusted }), 'trusted_arc_sealer');
  assert.equal(ruleOf({ arc: [list, saw('relay.example', 'fail')], policy: trusted }), 'trusted_arc_sealer');
  assert.equal(ruleOf({ arc: [list, saw('other.example', 'fail')], policy: trusted }), 'dmarc_reject');
  assert.equal(
    ruleOf({ arc: [saw('other.example', 'pass'), saw('relay.example', 'fail')], policy: trusted }),
    'dmarc_reject',
  );
  assert.equal(ruleOf({ arc: [saw('lists.example.net', 'pass', 'bank.example')], policy: trusted }), 'dmarc_reject');
  assert.equal(ruleOf({ arc: [list] }), 'dmarc_reject');
  assert.equal(ruleOf({ arc: [list], dmarc: { result: 'pass' }, policy: trusted }), undefined);
});

test('[T1] names of strangers cannot add a line to the reply', () => {
  const dkim = { ...DKIM, result: 'fail', domain: 'x\r\n250 2.0.0 Ok', reason: 'y\r\nz' } as const;
  const verdict = judge({ spf: { domain: 'a\r\nb'.repeat(1_000) }, dkim: [dkim], dmarc: { domain: 'c\r\nd' } });
  const lines = formatReply(verdict!.reply).split('\r\n');
  assert.equal(lines.length, 5);
  assert.ok(lines.every((line) => line.length <= 510));
});
