// A whole notification, as our parser and Python's see it. RFC 6522.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { findDeliveryReport } from '../../../../test/world/delivery-report.ts';
import type { DeliveryStatus } from './delivery-status.ts';
import { formatReportMessage, type ReportMessage } from './report-message.ts';

const STATUS: DeliveryStatus = {
  originalEnvelopeId: undefined,
  reportingMta: { type: 'dns', text: 'mail.valija.test' },
  arrivalMs: undefined,
  extensions: [],
  recipients: [
    {
      originalRecipient: undefined,
      finalRecipient: { type: 'rfc822', text: 'ana@example.org' },
      action: 'failed',
      status: '5.1.1',
      remoteMta: undefined,
      diagnosticCode: undefined,
      lastAttemptMs: undefined,
      willRetryUntilMs: undefined,
      extensions: [],
    },
  ],
};

const ORIGINAL =
  'Received: by mail.valija.test\r\nFrom: usuario1@valija.test\r\nSubject: Hola\r\n\r\n--b1\r\nno boundary\r\n';

function report(changes: Partial<ReportMessage> = {}): ReportMessage {
  return {
    header: 'From: MAILER-DAEMON@mail.valija.test (Mail Delivery System)\r\nSubject: Undelivered Mail\r\n',
    text: 'No se pudo entregar: el buzón está lleno.\r\nÚltima línea.  \r\n',
    languages: ['en', 'es'],
    status: STATUS,
    returned: { kind: 'message', octets: Buffer.from(ORIGINAL), description: 'Undelivered Message' },
    smtpUtf8: false,
    boundary: '=_4XyZ123456z0Abc.1',
    ...changes,
  };
}

test('our parser finds the status and the returned message, octet by octet', () => {
  const message = formatReportMessage(report());
  assert.ok(!/[^\r]\n/.test(message.toString()) && !/[^\x00-\x7f]/.test(message.toString()));
  const found = findDeliveryReport(message);
  assert.deepEqual(found?.status, STATUS);
  assert.deepEqual(found?.returned, { kind: 'message', octets: Buffer.from(ORIGINAL) });
});

test('a header alone, or nothing, may be returned; eight bits are said', () => {
  const octets = Buffer.from('Subject: ñandú\r\n\r\n');
  const message = formatReportMessage(report({ returned: { kind: 'header', octets, description: 'Headers' } }));
  assert.match(message.toString(), /^Content-Transfer-Encoding: 8bit\r\n\r\nThis is a MIME/m);
  assert.match(message.toString(), /^Content-Type: text\/rfc822-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n/m);
  assert.deepEqual(findDeliveryReport(message)?.returned, { kind: 'header', octets });
  assert.equal(findDeliveryReport(formatReportMessage(report({ returned: undefined })))?.returned, undefined);
});

test('an SMTPUTF8 report has the global types', () => {
  const message = formatReportMessage(report({ smtpUtf8: true }));
  assert.match(message.toString(), /Content-Type: message\/global-delivery-status\r\n/);
  assert.match(message.toString(), /Content-Type: message\/global\r\n/);
  assert.deepEqual(findDeliveryReport(message)?.status, STATUS);
  assert.deepEqual(findDeliveryReport(message)?.returned?.octets.toString(), ORIGINAL);
});

test('what is no delivery report is none', () => {
  assert.equal(findDeliveryReport(Buffer.from(ORIGINAL)), undefined);
  const readReceipt = formatReportMessage(report()).toString().replace('=delivery-status', '=disposition-notification');
  assert.equal(findDeliveryReport(Buffer.from(readReceipt)), undefined);
});

const PYTHON = `
import sys, email, email.policy, json
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
text, status, returned = m.iter_parts()
def defects(p):
    return [str(d) for d in p.defects] + [d for c in (p.get_payload() if p.is_multipart() else []) for d in defects(c)]
print(json.dumps({
  'type': m.get_content_type(), 'reportType': m.get_param('report-type'), 'defects': defects(m),
  'text': text.get_content(), 'languages': text['content-language'],
  'groups': [dict(g.items()) for g in status.get_payload()],
  'returned': returned.get_payload(0)['subject'],
}))`;

test("Python's email parser agrees, without a defect", (t) => {
  const run = spawnSync('python3', ['-c', PYTHON], { input: formatReportMessage(report()) });
  if (run.error) return t.skip('python3 is not installed');
  assert.equal(run.stderr.toString(), '');
  assert.deepEqual(JSON.parse(run.stdout.toString()), {
    type: 'multipart/report',
    reportType: 'delivery-status',
    defects: [],
    text: 'No se pudo entregar: el buzón está lleno.\nÚltima línea.  \n',
    languages: 'en, es',
    groups: [
      { 'Reporting-MTA': 'dns; mail.valija.test' },
      { 'Final-Recipient': 'rfc822; ana@example.org', Action: 'failed', Status: '5.1.1' },
    ],
    returned: 'Hola',
  });
});
