// xmllint judges our DMARC reports by a schema of RFC 9990's tables, whatever strangers put into them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AggregateReport, CountedRow } from '#mail/reports/aggregate-report.ts';
import { formatAggregateReport } from '#mail/reports/format-aggregate-report.ts';
import { readPublishedPolicy } from '#mail/reports/policy-record.ts';
import { readAggregateReport } from '#mail/reports/read-aggregate-report.ts';
import { readXml } from '#platform/reports/read-xml.ts';
import { programTest, runProgram } from './real-program.ts';

const SCHEMA = join(import.meta.dirname, 'schemas/dmarc-aggregate-report.xsd');
const LIMITS = { tags: 600_000, tagOctets: 8_192, depth: 12 };

const ROW: CountedRow = {
  ...{ sourceAddress: '192.0.2.7', count: 3, disposition: 'reject', dkim: 'fail', spf: 'fail' },
  ...{ reasons: [], headerFrom: 'example.org', envelopeFrom: 'example.org' },
  dkimResults: [{ domain: 'example.org', selector: 's1', result: 'fail' }],
  spfResults: [{ domain: 'example.org', result: 'softfail' }],
};

const REPORT: AggregateReport = {
  ...{ organisation: 'valija.test', email: 'postmaster@valija.test', reportId: '0123456789abcdef@valija.test' },
  ...{ beginSeconds: 1_795_219_200, endSeconds: 1_795_305_599, errors: [] },
  policy: readPublishedPolicy('example.org', 'v=DMARC1; p=reject; sp=none; t=y; fo=1'),
  rows: [
    ROW,
    { ...ROW, disposition: 'pass', dkim: 'pass', sourceAddress: '2001:db8::25', envelopeFrom: '', spfResults: [] },
    { ...ROW, dkimResults: [], sourceAddress: '::1', disposition: 'quarantine' },
    {
      ...ROW,
      disposition: 'none',
      reasons: [
        { type: 'local_policy', comment: 'arc=pass <lista.example> & "más" ]]>' },
        { type: 'policy_test_mode', comment: undefined },
      ],
      dkimResults: [{ domain: 'a<b>&"\u0000\u0007\ud800\ufffe.example', selector: "'", result: 'temperror' }],
    },
  ],
};

const written = (report: AggregateReport) => [...formatAggregateReport(report, 'Valija 0.0')].join('');

async function judge(folder: string, xml: string): Promise<{ code: number; errors: string }> {
  const file = join(folder, 'report.xml');
  writeFileSync(file, xml);
  return await runProgram('xmllint', ['--noout', '--nonet', '--schema', SCHEMA, file]);
}

programTest(
  'xmllint',
  '[C25] our DMARC reports are valid by the schema, and are read again as they were written',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'valija-schema-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const xml = written({ ...REPORT, errors: ['2 messages & more'] });
    const verdict = await judge(folder, xml);
    assert.equal(verdict.code, 0, verdict.errors);
    const plain = { ...REPORT, rows: REPORT.rows.slice(0, 3) };
    const elements = readXml(Buffer.from(written(plain)), LIMITS);
    assert.ok(elements.ok);
    const read = readAggregateReport(elements.value, 100);
    assert.ok(read.ok);
    // An empty element and none are the same to a reader.
    const rows = plain.rows.map((row) => ({ ...row, envelopeFrom: row.envelopeFrom || undefined }));
    assert.deepEqual(read.value, { ...plain, rows });
  },
);

programTest('xmllint', '[C25] the schema finds what is wrong', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-schema-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const xml = written(REPORT);
  for (const [from, to] of [
    ['<version>1.0</version>', '<version>2.0</version>'],
    ['<count>3</count>', '<count>0</count>'],
    ['<disposition>reject</disposition>', '<disposition>discard</disposition>'],
    ['<scope>mfrom</scope>', '<scope>helo</scope>'],
    ['<p>reject</p>', ''],
    ['urn:ietf:params:xml:ns:dmarc-2.0', 'http://dmarc.org/dmarc-xml/0.1'],
  ] as const) {
    assert.notEqual((await judge(folder, xml.replace(from, to))).code, 0, to);
  }
});
