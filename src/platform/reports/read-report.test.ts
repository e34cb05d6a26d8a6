import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { recordsOf } from '#mail/reports/received-report.ts';
import { composeReportMail } from '#mail/tls-reports/report-message.ts';
import { formatTlsReport } from '#mail/tls-reports/tls-report.ts';
import {
  GOOGLE_XML,
  googleReport,
  MICROSOFT_XML,
  microsoftReport,
  reportMail,
  TLS_JSON,
  tlsReportMail,
  yahooReport,
  zipOf,
} from '../../../test/world/report-mail.ts';
import { DEFAULT_READING_LIMITS, readReport } from './read-report.ts';
import { ThreadedReader } from './threaded-reader.ts';
import { unpackZip } from './zip-entry.ts';

const read = (message: Buffer) => readReport(message, DEFAULT_READING_LIMITS);

function aggregateIn(message: Buffer) {
  const outcome = read(message);
  assert.ok(outcome.ok && outcome.value.kind === 'aggregate', JSON.stringify(outcome));
  return outcome.value.report;
}

function faultOf(message: Buffer): string {
  const outcome = read(message);
  assert.ok(!outcome.ok);
  return outcome.error.kind === 'none' ? 'none' : outcome.error.reason;
}

const attached = (octets: Buffer, fileName = 'a!valija.test!1!2.xml.gz', type = 'application/gzip') =>
  reportMail({ type, fileName, octets });

const plain = (text: string) => attached(Buffer.from(text), 'a.xml', 'text/xml');

test("[C25] Google's report, in a ZIP, is read", () => {
  const report = aggregateIn(googleReport());
  assert.deepEqual(
    [report.organisation, report.reportId, report.policy.domain, report.policy.p, report.beginSeconds],
    ['google.com', '949348866075514000', 'valija.test', 'none', 1_795_132_800],
  );
  assert.deepEqual(
    report.rows.map(({ sourceAddress, count, dkim, spf }) => [sourceAddress, count, dkim, spf]),
    [
      ['192.0.2.10', 120, 'pass', 'pass'],
      ['198.51.100.7', 15, 'fail', 'fail'],
    ],
  );
  assert.deepEqual(report.rows[1]?.dkimResults, [{ domain: 'newsletter.example', selector: 's1', result: 'pass' }]);
});

test("[C25] Microsoft's and Yahoo's reports, by gzip, are read", () => {
  const microsoft = aggregateIn(microsoftReport());
  assert.equal(microsoft.organisation, 'Outlook.com');
  assert.deepEqual(microsoft.rows[0]?.spfResults, [{ domain: 'valija.test', result: 'softfail' }]);
  const yahoo = aggregateIn(yahooReport());
  assert.equal(yahoo.endSeconds, 1_795_219_199);
  assert.deepEqual(yahoo.rows[0]?.reasons, [{ type: 'mailing_list', comment: 'list & forwarder' }]);
  assert.deepEqual(
    yahoo.rows[0]?.dkimResults.map(({ domain, result }) => `${domain} ${result}`),
    ['valija.test permerror', 'lists.example pass'],
  );
});

test('[C25] a report that is not packed, one with prefixes, and one of a message without parts are read', () => {
  assert.equal(aggregateIn(attached(Buffer.from(GOOGLE_XML), 'a.xml', 'text/xml')).rows.length, 2);
  const prefixed = MICROSOFT_XML.replaceAll(/<(\/?)(?=[a-z])/g, '<$1d:');
  assert.equal(aggregateIn(attached(gzipSync(prefixed))).rows[0]?.count, 4);
  const alone = `From: a@b.example\r\nContent-Type: application/gzip; name="a.xml.gz"\r\nContent-Transfer-Encoding: base64\r\n\r\n${gzipSync(GOOGLE_XML).toString('base64')}\r\n`;
  assert.equal(aggregateIn(Buffer.from(alone)).rows.length, 2);
});

test('[C25] a TLS report is read, whatever type it says it is', () => {
  for (const message of [tlsReportMail(), attached(gzipSync(TLS_JSON)), attached(Buffer.from(TLS_JSON), 'r.json')]) {
    const outcome = read(message);
    assert.ok(outcome.ok && outcome.value.kind === 'tls');
    const [policy] = outcome.value.report.policies;
    assert.deepEqual(
      [policy?.domain, policy?.type, policy?.successful, policy?.failed],
      ['valija.test', 'sts', 5326, 303],
    );
    assert.deepEqual(
      policy?.failures.map(({ resultType, receivingHost, count }) => [resultType, receivingHost, count]),
      [
        ['certificate-expired', 'mx1.mail.valija.test', 100],
        ['starttls-not-supported', 'mx2.mail.valija.test', 203],
      ],
    );
  }
});

test('[C25] the TLS reports that we send are read by ourselves', () => {
  const policy = {
    type: 'sts',
    domain: 'example.org',
    lines: ['version: STSv1'],
    mxHosts: ['mx.example.org'],
  } as const;
  const row = { day: '2026-11-21', domain: 'example.org', policy, failure: undefined, sessions: 9 };
  const contact = 'postmaster@valija.test';
  const names = { domain: 'example.org', day: '2026-11-21', reportId: '1@valija.test', organization: 'valija.test' };
  const report = { ...names, contact, rows: [row] };
  const compressed = gzipSync(formatTlsReport(report));
  const addresses = { recipient: 'tlsrpt@example.org', sender: contact, submitter: 'valija.test', nowMs: 0 };
  const outcome = read(composeReportMail({ report, compressed, ...addresses }).octets);
  assert.ok(outcome.ok && outcome.value.kind === 'tls');
  const { organisation, beginSeconds, policies } = outcome.value.report;
  assert.deepEqual(
    [organisation, beginSeconds, policies[0]?.domain, policies[0]?.successful],
    ['valija.test', Date.UTC(2026, 10, 21) / 1_000, 'example.org', 9],
  );
});

test('mail without a report says so without a complaint', () => {
  assert.equal(faultOf(Buffer.from('Subject: hola\r\n\r\nhola\r\n')), 'none');
  assert.equal(faultOf(Buffer.alloc(0)), 'none');
});

test('[T31] what unpacks to more than 25 MB is not unpacked: gzip, ZIP, and a ZIP that lies about it', () => {
  const zeros = Buffer.alloc(30_000_000, ' ');
  assert.match(faultOf(attached(gzipSync(zeros))), /^it unpacks to more than \d+ octets$/);
  assert.match(faultOf(attached(zipOf({ name: 'a.xml', octets: zeros }), 'a.zip', 'application/zip')), /more than/);
  const lying = zipOf({ name: 'a.xml', octets: zeros });
  const central = lying.readUInt32LE(lying.length - 6);
  lying.writeUInt32LE(1_000, central + 24);
  assert.match(faultOf(attached(lying, 'a.zip', 'application/zip')), /damaged/);
});

test('[T31] what unpacks to far more than it was is not unpacked, even below 25 MB', () => {
  const packed = gzipSync(Buffer.alloc(20_000_000, ' '), { level: 9 });
  assert.ok(20_000_000 / packed.length > DEFAULT_READING_LIMITS.ratio);
  assert.match(faultOf(attached(packed)), /more than/);
});

test('[T31] a gzip file in a gzip file is not followed', () => {
  assert.match(faultOf(attached(gzipSync(gzipSync(GOOGLE_XML)))), /is no XML|which domain/);
});

test('[T31] archives are one file, whole, and nothing else', () => {
  const octets = Buffer.from(GOOGLE_XML);
  const good = zipOf({ name: 'a.xml', octets });
  const unpacked = unpackZip(good, 1_000_000);
  assert.ok(unpacked.ok && unpacked.value.equals(octets));
  assert.ok(unpackZip(zipOf({ name: 'a.xml', octets, stored: true }), 1_000_000).ok);
  const change = (work: (archive: Buffer) => void) => {
    const archive = Buffer.from(good);
    work(archive);
    const outcome = unpackZip(archive, 1_000_000);
    return outcome.ok ? 'read' : outcome.error;
  };
  const central = good.readUInt32LE(good.length - 6);
  assert.match(
    change((archive) => archive.writeUInt16LE(1, central + 8)),
    /encrypted/,
  );
  assert.match(
    change((archive) => archive.writeUInt16LE(99, central + 10)),
    /method/,
  );
  assert.match(
    change((archive) => archive.writeUInt32LE(0xffffffff, central + 20)),
    /belong/,
  );
  assert.match(
    change((archive) => archive.writeUInt32LE(7, central + 42)),
    /belong/,
  );
  assert.match(
    change((archive) => archive.writeUInt32LE(1, central + 16)),
    /damaged/,
  );
  assert.match(
    change((archive) => archive.writeUInt16LE(2, good.length - 12)),
    /exactly one/,
  );
  const two = unpackZip(zipOf({ name: 'a.xml', octets }, { name: 'b.xml', octets }), 1_000_000);
  assert.ok(!two.ok && /exactly one/.test(two.error));
  assert.ok(!unpackZip(good.subarray(0, good.length - 1), 1_000_000).ok);
  assert.ok(!unpackZip(Buffer.alloc(22), 1_000_000).ok);
});

test('[T31] entities and document types are refused, in any letters, and so is UTF-16', () => {
  const laughs =
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><feedback>&b;</feedback>';
  assert.match(faultOf(attached(gzipSync(laughs))), /document type/);
  assert.match(faultOf(attached(gzipSync(laughs.replace('<!DOCTYPE', '<!doctype')))), /document type/);
  const outside = '<!DOCTYPE f SYSTEM "file:///etc/passwd"><feedback/>';
  assert.match(faultOf(attached(gzipSync(outside))), /document type/);
  assert.match(faultOf(attached(gzipSync(Buffer.from(`\ufeff${GOOGLE_XML}`, 'utf16le')))), /UTF-8/);
});

test('[T31] depth, tags and records are bounded', () => {
  assert.match(faultOf(attached(gzipSync(`${'<a>'.repeat(1_000)}${'</a>'.repeat(1_000)}`))), /is no XML/);
  assert.match(faultOf(plain(`<feedback>${'<a/>'.repeat(700_000)}</feedback>`)), /tags/);
  const [record = ''] = /<record>.*?<\/record>/s.exec(MICROSOFT_XML) ?? [];
  const many = MICROSOFT_XML.replace('</feedback>', `${record.replaceAll(/\s+/g, '').repeat(10_000)}</feedback>`);
  assert.match(faultOf(plain(many)), /more than 10000 records/);
});

test('[T31] names that are dangerous to programs are refused', () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const odd = MICROSOFT_XML.replace('<record>', `<${name}><polluted>1</polluted></${name}><record>`);
    assert.match(faultOf(attached(gzipSync(odd))), /is no XML/);
  }
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
});

test('[T31] no octets make the reader throw', () => {
  const shapes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((octets) => Buffer.from(octets)),
    fc.string({ maxLength: 400 }).map((text) => gzipSync(`<feedback>${text}</feedback>`)),
    fc
      .tuple(fc.nat(GOOGLE_XML.length), fc.string({ maxLength: 20 }))
      .map(([at, text]) => gzipSync(GOOGLE_XML.slice(0, at) + text + GOOGLE_XML.slice(at + text.length))),
    fc.tuple(fc.nat(500), fc.nat(255)).map(([at, octet]) => {
      const archive = zipOf({ name: 'a.xml', octets: Buffer.from(GOOGLE_XML) });
      archive[at % archive.length] = octet;
      return archive;
    }),
    fc.json().map((text) => gzipSync(text)),
  );
  fc.assert(
    fc.property(shapes, fc.constantFrom('a.xml.gz', 'a.zip', 'a.json.gz', 'a.xml'), (octets, fileName) => {
      const outcome = read(attached(octets, fileName));
      assert.equal(typeof outcome.ok, 'boolean');
    }),
    { numRuns: 300 },
  );
});

test('a report is read in a thread of its own', async () => {
  await using reader = new ThreadedReader(() => DEFAULT_READING_LIMITS);
  const outcome = await reader.read(googleReport());
  const report = aggregateIn(googleReport());
  assert.deepEqual(outcome, { ok: true, value: recordsOf({ kind: 'aggregate', report }) });
  const none = await reader.read(Buffer.from('Subject: x\r\n\r\nx\r\n'));
  assert.deepEqual(none, { ok: false, error: { kind: 'none' } });
});

test('[T31] long texts and many values are refused before they are parsed, which would fill the memory', () => {
  assert.match(faultOf(plain(`<feedback>${'x'.repeat(9_000)}</feedback>`)), /more than 8192 octets/);
  assert.match(faultOf(plain(`<feedback a="${'x'.repeat(9_000)}"/>`)), /more than 8192 octets/);
  assert.match(faultOf(plain(`<feedback>${'&amp;'.repeat(2_000)}</feedback>`)), /more than 8192 octets/);
  assert.match(faultOf(plain(`<feedback><!--${' '.repeat(9_000)}--></feedback>`)), /more than 8192 octets/);
  const values = `{"policies":[${'{},'.repeat(700_000)}{}]}`;
  assert.match(faultOf(attached(Buffer.from(values), 'a.json')), /more than 600000 values/);
});

test('what begins as JSON and is none is said to be none', () => {
  const whole = JSON.stringify({ 'date-range': {}, policies: [] });
  assert.equal(faultOf(attached(Buffer.from(whole.slice(0, -1)), 'a.json')), 'it is no JSON');
  assert.equal(faultOf(attached(Buffer.from(whole), 'a.json')), 'it has no date-range');
});

test('a report that takes too long ends its own thread, and nothing else', async () => {
  await using hasty = new ThreadedReader(() => DEFAULT_READING_LIMITS, { memoryMb: 512, timeMs: 1 });
  const outcome = await hasty.read(googleReport());
  assert.deepEqual(outcome, { ok: false, error: { kind: 'unreadable', reason: 'it took too long' } });
  await using reader = new ThreadedReader(() => DEFAULT_READING_LIMITS);
  assert.ok((await reader.read(googleReport())).ok);
});

test('a server that stops reads no more reports', async () => {
  const reader = new ThreadedReader(() => DEFAULT_READING_LIMITS);
  await reader[Symbol.asyncDispose]();
  const outcome = await reader.read(googleReport());
  assert.deepEqual(outcome, { ok: false, error: { kind: 'unreadable', reason: 'the server stops' } });
});
