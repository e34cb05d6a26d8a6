import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CountedRow, PublishedPolicy } from './aggregate-report.ts';
import { DomainTally } from './domain-summary.ts';
import { readPublishedPolicy } from './policy-record.ts';
import { readTlsReport } from './read-tls-report.ts';
import type { ReceivedReport } from './received-report.ts';
import { itemsOfSummaries, summariesOfItems } from './report-items.ts';
import { SenderTally } from './sender-tally.ts';

const POLICY = readPublishedPolicy('valija.test', 'v=DMARC1; p=none');

const row = (fields: Partial<CountedRow>): CountedRow => ({
  ...{ sourceAddress: '192.0.2.1', count: 1, disposition: 'none', dkim: 'fail', spf: 'fail', reasons: [] },
  ...{ headerFrom: 'valija.test', envelopeFrom: undefined, dkimResults: [], spfResults: [] },
  ...fields,
});

const dkim = (domain: string, result: string) => ({ domain, selector: 's', result });
const spf = (domain: string, result: string) => ({ domain, result });

function summaryOf(rows: readonly CountedRow[], policy: PublishedPolicy = POLICY) {
  const tally = new DomainTally('valija.test');
  const report = { organisation: 'Example', email: '', reportId: '1', beginSeconds: 0, endSeconds: 1, errors: [] };
  tally.add({ kind: 'aggregate', report: { ...report, policy, rows } }, PROVEN);
  return tally.summary(20);
}

const PROVEN = { author: 'example.net', isVerified: true };

const OWN = row({
  ...{ count: 100, dkim: 'pass', spf: 'pass' },
  ...{ dkimResults: [dkim('valija.test', 'pass')], spfResults: [spf('valija.test', 'pass')] },
});

test('[C25] who sends in our name, by what it proves, and what to do about it', () => {
  const { senders, messages, passed } = summaryOf([
    OWN,
    row({
      sourceAddress: '198.51.100.7',
      count: 15,
      dkimResults: [dkim('newsletter.example', 'pass')],
      spfResults: [spf('b.newsletter.example', 'pass')],
    }),
    row({ sourceAddress: '198.51.100.8', count: 5, spfResults: [spf('newsletter.example', 'pass')] }),
    row({ sourceAddress: '203.0.113.1', count: 9, spfResults: [spf('valija.test', 'softfail')] }),
    row({ sourceAddress: '203.0.113.2', count: 8, spfResults: [spf('otra.test', 'none')] }),
    row({
      sourceAddress: '203.0.113.3',
      count: 7,
      dkimResults: [dkim('valija.test', 'fail'), dkim('lista.example', 'pass')],
    }),
    row({ sourceAddress: '203.0.113.4', count: 6, reasons: [{ type: 'local_policy', comment: 'arc=pass x' }] }),
    row({
      sourceAddress: '203.0.113.5',
      count: 4,
      dkim: 'pass',
      dkimResults: [dkim('valija.test', 'pass')],
      spfResults: [spf('x.test', 'pass')],
    }),
    row({ sourceAddress: '203.0.113.6', count: 3, spf: 'pass', spfResults: [spf('valija.test', 'pass')] }),
  ]);
  assert.deepEqual(
    senders.map(({ sender, messages, passed, advice }) => [sender, messages, passed, advice]),
    [
      ['newsletter.example', 20, 0, 'other-name'],
      ['203.0.113.1', 9, 0, 'spf'],
      ['203.0.113.2', 8, 0, 'nothing'],
      ['lista.example', 7, 0, 'altered'],
      ['203.0.113.4', 6, 0, 'forwarded'],
      ['192.0.2.1', 100, 100, 'fine'],
      ['x.test', 4, 4, 'dkim-only'],
      ['203.0.113.6', 3, 3, 'spf-only'],
    ],
  );
  assert.deepEqual([messages, passed], [157, 107]);
  assert.deepEqual(senders[0]?.addresses, ['198.51.100.7', '198.51.100.8']);
  assert.equal(senders[1]?.spfResult, 'softfail');
});

test('[C25] the policy: forgeries do not keep it lax, senders of ours that fail do', () => {
  const forged = row({ sourceAddress: '203.0.113.1', count: 900, spfResults: [spf('valija.test', 'fail')] });
  const newsletter = row({ count: 20, dkimResults: [dkim('newsletter.example', 'pass')] });
  const adviceFor = (rows: readonly CountedRow[], p: PublishedPolicy['p'] = 'none') =>
    summaryOf(rows, { ...POLICY, p }).advice;
  assert.equal(adviceFor([row({ count: 10, dkim: 'pass' })]), 'wait');
  assert.equal(adviceFor([OWN, newsletter]), 'find-senders');
  assert.equal(adviceFor([OWN, forged]), 'to-quarantine');
  assert.equal(adviceFor([OWN, forged], 'quarantine'), 'to-reject');
  assert.equal(adviceFor([OWN], 'reject'), 'strict');
});

test('[C25] what nothing proves is a number, and counts for nothing', () => {
  const tally = new DomainTally('valija.test');
  const report = { organisation: 'Falsa', email: '', reportId: '1', beginSeconds: 0, endSeconds: 1, errors: [] };
  tally.add(
    { kind: 'aggregate', report: { ...report, policy: POLICY, rows: [OWN] } },
    { author: 'falsa.example', isVerified: false },
  );
  const { reports, unverified, messages, reporters, policy } = tally.summary(10);
  assert.deepEqual([reports, unverified, messages, reporters, policy], [1, 1, 0, [], undefined]);
});

test('[C25] TLS failures are summed by kind and server', () => {
  const failure = (resultType: string, count: number) => ({
    ...{ resultType, count, receivingHost: 'mx.valija.test' },
    ...{ sendingAddress: undefined, receivingAddress: undefined, reason: undefined },
  });
  const policies = [
    { domain: 'valija.test', type: 'sts', successful: 10, failed: 3, failures: [failure('certificate-expired', 3)] },
    { domain: 'otra.test', type: 'sts', successful: 99, failed: 9, failures: [] },
  ];
  const content: ReceivedReport = {
    kind: 'tls',
    report: { organisation: 'E', contact: '', reportId: '1', beginSeconds: 0, endSeconds: 1, policies },
  };
  const tally = new DomainTally('valija.test');
  tally.add(content, PROVEN);
  tally.add(content, PROVEN);
  assert.deepEqual(tally.summary(10).tls, {
    ...{ successful: 20, failed: 6 },
    failures: [{ resultType: 'certificate-expired', receivingHost: 'mx.valija.test', sessions: 6 }],
  });
});

test('[T31] senders beyond a limit are counted together', () => {
  const tally = new SenderTally();
  for (let at = 0; at < 21_000; at++) {
    tally.add(row({ sourceAddress: `2001:db8::${at.toString(16)}` }));
  }
  const lines = tally.lines();
  assert.equal(lines.length, 20_001);
  assert.deepEqual([lines[0]?.sender, lines[0]?.messages], ['*', 1_000]);
});

test('summaries come out of pieces as they went in', () => {
  const summary = summaryOf([OWN, row({ sourceAddress: '203.0.113.9' })]);
  const named = { ...summary, senders: summary.senders.map((sender) => ({ ...sender, hostName: undefined })) };
  assert.deepEqual(summariesOfItems(itemsOfSummaries([named, named])), [named, named]);
});

test('[T31] whatever strangers write, a summary fits into one line of the control socket', () => {
  const tally = new DomainTally('valija.test');
  for (let at = 0; at < 20; at++) {
    const text = `${String(at).padStart(3)}${'\x01\ud800'.repeat(200)}`;
    const count = Number.MAX_SAFE_INTEGER;
    const failure = { 'result-type': text, 'receiving-mx-hostname': text, 'failed-session-count': count };
    const read = readTlsReport({
      'organization-name': text,
      'date-range': { 'start-datetime': '2026-11-20T00:00:00Z', 'end-datetime': '2026-11-20T23:59:59Z' },
      policies: [{ policy: { 'policy-domain': 'valija.test' }, 'failure-details': [failure] }],
    });
    assert.ok(read.ok);
    tally.add({ kind: 'tls', report: read.value }, { isVerified: true, author: `${at}.${'a'.repeat(240)}.example` });
  }
  const octets = Buffer.byteLength(JSON.stringify(tally.summary(0)));
  assert.ok(octets < 60_000, String(octets));
});
