import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { composeReportMail, reportFileName } from './report-message.ts';
import { findReportPlaces, reportRecordName } from './report-record.ts';
import { dayOf, ResultSums } from './result-sums.ts';
import { formatTlsReport, reportSpan, type TlsReport } from './tls-report.ts';
import type { AppliedPolicy, TlsResult } from './tls-result.ts';

const STS: AppliedPolicy = {
  type: 'sts',
  domain: 'example.org',
  lines: ['version: STSv1', 'mode: testing', 'mx: *.example.org', 'max_age: 86400'],
  mxHosts: ['*.example.org'],
};
const NONE: AppliedPolicy = { type: 'no-policy-found', domain: 'example.org', lines: [], mxHosts: [] };
const EXPIRED = {
  type: 'certificate-expired',
  sendingAddress: '198.51.100.1',
  mxName: 'mx1.example.org',
  receivingAddress: '192.0.2.1',
  reason: 'CERT_HAS_EXPIRED',
} as const;
const NOON = Date.parse('2026-11-22T12:00:00Z');

function result(policy: AppliedPolicy, failure?: TlsResult['failure']): TlsResult {
  return { domain: 'example.org', policy, failure };
}

function summed(results: readonly TlsResult[], most = 100) {
  const sums = new ResultSums(most);
  for (const each of results) sums.add(each, NOON);
  return sums.take();
}

function report(results: readonly TlsResult[]): TlsReport {
  return {
    domain: 'example.org',
    day: '2026-11-22',
    reportId: '2026-11-22.example.org@valija.test',
    organization: 'valija.test',
    contact: 'postmaster@valija.test',
    rows: summed(results),
  };
}

test('results of one kind are one row, until they are taken', () => {
  const sums = new ResultSums(2);
  assert.ok(sums.isEmpty);
  for (const each of [result(STS), result(STS), result(STS, EXPIRED), result(NONE)]) sums.add(each, NOON);
  assert.deepEqual(
    sums.take().map(({ sessions, day }) => `${day} ${sessions}`),
    ['2026-11-22 2', '2026-11-22 1'],
  );
  assert.ok(sums.isEmpty);
  assert.equal(dayOf(Date.parse('2026-11-22T23:59:59.999Z')), '2026-11-22');
});

test('what a stranger said is cut short', () => {
  const [row] = summed([result(NONE, { type: 'validation-failure', reason: 'x'.repeat(10_000) })]);
  assert.equal(row?.failure?.reason?.length, 200);
});

test('[C71] a report has the form of RFC 8460 §4.4', () => {
  const json: unknown = JSON.parse(
    formatTlsReport(report([result(STS), result(STS), result(STS, EXPIRED), result(NONE)])),
  );
  assert.deepEqual(json, {
    'organization-name': 'valija.test',
    'date-range': { 'start-datetime': '2026-11-22T00:00:00Z', 'end-datetime': '2026-11-22T23:59:59Z' },
    'contact-info': 'postmaster@valija.test',
    'report-id': '2026-11-22.example.org@valija.test',
    policies: [
      {
        policy: {
          'policy-type': 'sts',
          'policy-string': ['version: STSv1', 'mode: testing', 'mx: *.example.org', 'max_age: 86400'],
          'policy-domain': 'example.org',
          'mx-host': ['*.example.org'],
        },
        summary: { 'total-successful-session-count': 2, 'total-failure-session-count': 1 },
        'failure-details': [
          {
            'result-type': 'certificate-expired',
            'sending-mta-ip': '198.51.100.1',
            'receiving-mx-hostname': 'mx1.example.org',
            'receiving-ip': '192.0.2.1',
            'failed-session-count': 1,
            'failure-reason-code': 'CERT_HAS_EXPIRED',
          },
        ],
      },
      {
        policy: { 'policy-type': 'no-policy-found', 'policy-domain': 'example.org' },
        summary: { 'total-successful-session-count': 1, 'total-failure-session-count': 0 },
      },
    ],
  });
});

test('[T30] a report as mail says what it is, and does without TLS', () => {
  const made = report([result(STS)]);
  const compressed = gzipSync(formatTlsReport(made));
  const mail = composeReportMail({
    report: made,
    compressed,
    recipient: 'tlsrpt@example.org',
    sender: 'postmaster@valija.test',
    submitter: 'valija.test',
    nowMs: NOON,
  });
  const text = mail.octets.toString('latin1');
  assert.equal(mail.sender, '');
  for (const line of [
    'From: <postmaster@valija.test>',
    'Subject: Report Domain: example.org\r\n\tSubmitter: valija.test\r\n\tReport-ID: <2026-11-22.example.org@valija.test>',
    'TLS-Report-Domain: example.org',
    'TLS-Report-Submitter: valija.test',
    'TLS-Required: No',
    'Content-Type: multipart/report; report-type="tlsrpt";',
    'Content-Type: application/tlsrpt+gzip',
    '\tfilename="valija.test!example.org!1795305600!1795391999!2026-11-22exampleorg.json.gz"',
  ]) {
    assert.ok(text.includes(`\r\n${line}\r\n`), line);
  }
  const [, encoded = ''] = /gz"\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(text) ?? [];
  assert.equal(gunzipSync(Buffer.from(encoded, 'base64')).toString(), formatTlsReport(made));
  assert.ok(text.split('\r\n').every((line) => line.length <= 78 || line.startsWith('\tfilename')));
  assert.deepEqual(reportSpan('2026-11-22'), { beginSeconds: 1_795_305_600, endSeconds: 1_795_391_999 });
  assert.match(reportFileName(made, 'valija.test'), /^valija\.test!example\.org!/);
});

test('the record says who is told: by mail, by HTTPS, or nobody', () => {
  const mail = (address: string) => ({ kind: 'mail', address });
  for (const [records, places] of [
    [['v=TLSRPTv1; rua=mailto:reports@example.org'], [mail('reports@example.org')]],
    [
      ['v=spf1 -all', 'v=TLSRPTv1;rua=mailto:a@example.org , https://example.org/tls?x=1;'],
      [mail('a@example.org'), { kind: 'https', url: 'https://example.org/tls?x=1' }],
    ],
    [['v=TLSRPTv1; rua=mailto:'], []],
    [['v=TLSRPTv1; rua=mailto:%0D%0ARCPT@example.org'], []],
    [['v=TLSRPTv1; rua=mailto:%zz@example.org'], []],
    [['v=TLSRPTv1; rua=http://example.org/'], []],
    [['v=TLSRPTv1; rua=mailto:a@example.org,mailto:%61@example.org'], [mail('a@example.org')]],
    [['v=TLSRPTv1'], []],
    [['v=TLSRPTv1; rua=mailto:a@example.org', 'v=TLSRPTv1; rua=mailto:b@example.org'], []],
    [['v=TLSRPTv2; rua=mailto:a@example.org'], []],
    [[], []],
  ] as const) {
    assert.deepEqual(findReportPlaces(records), places, records.join(' | '));
  }
  const many = Array.from({ length: 20 }, (_, i) => `mailto:a${i}@example.org`).join(',');
  assert.equal(findReportPlaces([`v=TLSRPTv1; rua=${many}`]).length, 5);
  const encoded = 'v=TLSRPTv1; rua=mailto:tls%21reports@valija.test';
  assert.deepEqual(findReportPlaces([encoded]), [mail('tls!reports@valija.test')]);
  assert.equal(reportRecordName('valija.test'), '_smtp._tls.valija.test');
});
