import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '#mail/domain-check/finding.ts';
import { type CertificateFacts, judgeCertificate } from './certificate.ts';
import { type ClockFacts, judgeClock } from './clock.ts';
import { type DiskRoom, judgeDisk } from './disk.ts';
import { isReserved, judgeDomain } from './domain.ts';
import { judgeEgress } from './egress.ts';
import { exitCodeOf, found, LEVELS, RULES, type Rule, worstLevel } from './finding.ts';
import { judgePorts, type PortFacts } from './ports.ts';
import { judgeQueue } from './queue.ts';
import { describeFinding } from './words.ts';
import { WORDS_ENGLISH } from './words-english.ts';
import { WORDS_SPANISH } from './words-spanish.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 9);

test('exit codes are those of monitoring plugins, and what could not be checked worries nobody', () => {
  const all = (...rules: Rule[]) => rules.map((rule) => found(rule, ''));
  assert.equal(exitCodeOf([]), 0);
  assert.equal(exitCodeOf(all('disk-fine', 'clock-unchecked')), 0);
  assert.equal(exitCodeOf(all('disk-fine', 'disk-low', 'clock-unchecked')), 1);
  assert.equal(exitCodeOf(all('disk-low', 'server-stopped')), 2);
  assert.deepEqual(
    LEVELS.map((level) => worstLevel([{ ...found('disk-fine', ''), level }])),
    LEVELS,
  );
});

test('whatever somebody should act upon says why and what to do, in both languages and with the same gaps', () => {
  const gaps = (text = '') => new Set(text.match(/\{\w+\}/g));
  for (const [rule, level] of Object.entries(RULES) as [Rule, string][]) {
    const [english, spanish] = [WORDS_ENGLISH[rule], WORDS_SPANISH[rule]];
    for (const part of ['what', 'why', 'fix'] as const) {
      assert.deepEqual(gaps(spanish[part]), gaps(english[part]), `${rule} ${part}`);
    }
    if (level === 'amber' || level === 'red') {
      assert.ok(english.why && english.fix && spanish.why && spanish.fix, rule);
    }
  }
});

test('words are filled with what was found', () => {
  const finding = found('certificate-expired', '/etc/x.pem', { days: 3 });
  assert.equal(describeFinding(finding, 'en').what, '/etc/x.pem ended 3 days ago');
  assert.equal(describeFinding(finding, 'es').what, '/etc/x.pem caducó hace 3 días');
  assert.equal(describeFinding(found('domain-fine', '{days}'), 'en').why, undefined);
});

test('the disk: octets and inodes run out one by one', () => {
  const room: DiskRoom = {
    ...{ folder: '/var', sizeBytes: 1_000, freeBytes: 500, inodes: 1_000, freeInodes: 900, reserveBytes: 50 },
  };
  const rules = (given: Partial<DiskRoom>) => judgeDisk({ ...room, ...given }).map(({ rule }) => rule);
  assert.deepEqual(rules({}), ['disk-fine']);
  assert.deepEqual(rules({ freeBytes: 149 }), ['disk-low']);
  assert.deepEqual(rules({ freeBytes: 49 }), ['disk-full']);
  assert.deepEqual(rules({ freeInodes: 99 }), ['inodes-low']);
  assert.deepEqual(rules({ freeInodes: 19, freeBytes: 10 }), ['disk-full', 'inodes-out']);
  assert.deepEqual(rules({ inodes: 0, freeInodes: 0 }), ['disk-fine']);
});

test('the clock: our own files tell of one that is behind, a source tells the rest', () => {
  const newest = { path: '/s/x', atMs: NOW_MS - 5 };
  const rule = (given: Partial<ClockFacts>) =>
    judgeClock({ nowMs: NOW_MS, newest, source: { kind: 'none' }, ...given }).rule;
  assert.equal(rule({}), 'clock-unchecked');
  assert.equal(rule({ newest: { path: '/s/x', atMs: NOW_MS + 61_000 } }), 'clock-back');
  assert.equal(rule({ source: { kind: 'asked', server: 'ntp.example.org', offsetMs: -31_000 } }), 'clock-off');
  assert.equal(rule({ source: { kind: 'asked', server: 'ntp.example.org', offsetMs: 29_000 } }), 'clock-fine');
  assert.equal(rule({ source: { kind: 'silent', server: 'ntp.example.org', reason: 'no' } }), 'clock-unchecked');
  assert.equal(rule({ newest: undefined, source: { kind: 'kept', by: 'chrony' } }), 'clock-fine');
});

test('ports: ours, somebody else’s, nobody’s', () => {
  const wanted = [
    { service: 'smtp', address: '0.0.0.0', port: 25 },
    { service: 'imap', address: '0.0.0.0', port: 143 },
  ];
  const rules = (facts: Partial<PortFacts>) =>
    judgePorts({ wanted, served: wanted, ownerOf: () => undefined, ...facts }).map(({ rule }) => rule);
  assert.deepEqual(rules({}), ['ports-fine']);
  assert.deepEqual(rules({ served: wanted.slice(1) }), ['port-closed']);
  const exim: PortFacts['ownerOf'] = ({ port }) => (port === 25 ? 'exim4[812]' : undefined);
  assert.deepEqual(rules({ served: wanted.slice(1), ownerOf: exim }), ['port-taken']);
  assert.deepEqual(rules({ served: undefined, ownerOf: exim }), ['port-taken']);
  assert.deepEqual(rules({ served: undefined }), []);
});

test('certificates: the gravest thing is told', () => {
  const facts: CertificateFacts = {
    ...{ path: '/c', nowMs: NOW_MS, fromMs: NOW_MS - DAY_MS, untilMs: NOW_MS + 60 * DAY_MS, fitsKey: true },
    ...{ isSelfSigned: false, namesUs: true, isPrivate: false, hostname: 'mail.valija.test' },
  };
  const rule = (given: Partial<CertificateFacts>) => judgeCertificate({ ...facts, ...given }).rule;
  assert.equal(rule({}), 'certificate-fine');
  assert.equal(rule({ untilMs: NOW_MS + 13 * DAY_MS }), 'certificate-expiring');
  assert.equal(rule({ untilMs: NOW_MS }), 'certificate-expired');
  assert.equal(rule({ fromMs: NOW_MS + 1 }), 'certificate-early');
  assert.equal(rule({ fitsKey: false, untilMs: NOW_MS }), 'certificate-key');
  assert.equal(rule({ namesUs: false }), 'certificate-name');
  assert.equal(rule({ isSelfSigned: true }), 'certificate-self-signed');
  assert.equal(rule({ isSelfSigned: true, isPrivate: true }), 'certificate-fine');
});

test('the queue: by its oldest message and how long that may live', () => {
  const rule = (hours: number) =>
    judgeQueue({ messages: 1, held: 0, oldestMs: NOW_MS - hours * 3_600_000, nowMs: NOW_MS, lifetimeMs: 5 * DAY_MS });
  assert.equal(rule(3).rule, 'queue-fine');
  assert.deepEqual([rule(5).rule, rule(5).values['age']], ['queue-old', '5h']);
  assert.equal(rule(61).rule, 'queue-stuck');
  const none = judgeQueue({ messages: 0, held: 0, oldestMs: undefined, nowMs: NOW_MS, lifetimeMs: 0 });
  assert.equal(none.rule, 'queue-fine');
});

const seen = (rule: Finding['rule'], severity: Finding['severity'], values: Finding['values'] = {}): Finding => ({
  check: rule.slice(0, rule.indexOf('-')) as Finding['check'],
  ...{ rule, severity, subject: '192.0.2.1', values, seen: [], expected: [], paste: [] },
});

test('[C12] an address that is listed is red with its list, a name as of somebody’s line is amber with relayhost', () => {
  const listed = judgeEgress([
    seen('list-listed', 'failure', { list: 'bl.example.net', reason: 'spam' }),
    seen('ptr-ok', 'ok'),
  ]);
  assert.deepEqual(
    listed.map(({ rule, level, values }) => [rule, level, values['list']]),
    [['egress-listed', 'red', 'bl.example.net']],
  );
  const [dynamic] = judgeEgress([
    seen('ptr-dynamic', 'warning', { name: 'ip-192-0-2-1.dyn.example.net', helo: 'mail' }),
  ]);
  assert.deepEqual([dynamic?.rule, dynamic?.level], ['egress-generic', 'amber']);
  assert.match(dynamic ? (describeFinding(dynamic, 'en').fix ?? '') : '', /relayhost/);
  assert.match(dynamic ? (describeFinding(dynamic, 'es').fix ?? '') : '', /relayhost/);
  assert.deepEqual(
    judgeEgress([seen('ptr-ok', 'ok'), seen('list-ok', 'ok')]).map(({ rule }) => rule),
    ['egress-fine'],
  );
  assert.deepEqual(
    judgeEgress([seen('ptr-missing', 'failure')]).map(({ level }) => level),
    ['red'],
  );
});

test('a domain is one line, without what is told of the server', () => {
  const domain = 'example.org';
  const judge = (...findings: Finding[]) => judgeDomain({ domain, findings });
  assert.equal(judge(seen('spf-ok', 'ok')).rule, 'domain-fine');
  assert.equal(judge(seen('list-listed', 'failure')).rule, 'domain-fine');
  const bad = judge(seen('mx-missing', 'failure'), seen('spf-several', 'failure'), seen('dkim-testing', 'warning'));
  assert.deepEqual([bad.rule, bad.values['rules']], ['domain-failures', 'mx-missing, spf-several']);
  assert.equal(judge(seen('dkim-testing', 'warning')).rule, 'domain-warnings');
  assert.equal(judge(seen('zone-unanswered', 'unknown')).rule, 'domain-unsure');
  assert.deepEqual(['valija.test', 'a.localhost', 'example.org'].map(isReserved), [true, true, false]);
});

test('[T31] as many findings as there are mailboxes have a worst one', () => {
  const findings = Array.from({ length: 300_000 }, (_, at) => found('home-open', String(at)));
  assert.deepEqual([worstLevel(findings), exitCodeOf(findings)], ['red', 2]);
});
