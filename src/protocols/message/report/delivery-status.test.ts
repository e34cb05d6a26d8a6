// What is written is read again, and nothing that a stranger said breaks its lines. RFC 3464, RFC 6533.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { threadCpuMs } from '../../../../test/world/cpu-time.ts';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { type DeliveryStatus, formatDeliveryStatus, parseDeliveryStatus } from './delivery-status.ts';

const RECIPIENT = {
  originalRecipient: { type: 'rfc822', text: 'ana+lista@example.org' },
  finalRecipient: { type: 'rfc822', text: 'ana@example.org' },
  action: 'failed',
  status: '5.1.1',
  remoteMta: { type: 'dns', text: 'mx.example.org' },
  diagnosticCode: { type: 'smtp', text: '550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown' },
  lastAttemptMs: Date.UTC(2026, 10, 21, 10, 0, 5),
  willRetryUntilMs: undefined,
  extensions: [],
} as const;

const STATUS: DeliveryStatus = {
  originalEnvelopeId: 'QQ314159',
  reportingMta: { type: 'dns', text: 'mail.valija.test' },
  arrivalMs: Date.UTC(2026, 10, 21, 10),
  extensions: [['X-Valija-Queue-ID', '4XyZ123456z0Abc']],
  recipients: [RECIPIENT],
};

test('the fields stand as in RFC 3464, per message first, folded at words', () => {
  assert.equal(
    formatDeliveryStatus(STATUS, false),
    [
      'Original-Envelope-Id: QQ314159',
      'Reporting-MTA: dns; mail.valija.test',
      'Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000',
      'X-Valija-Queue-ID: 4XyZ123456z0Abc',
      '',
      'Original-Recipient: rfc822; ana+lista@example.org',
      'Final-Recipient: rfc822; ana@example.org',
      'Action: failed',
      'Status: 5.1.1',
      'Remote-MTA: dns; mx.example.org',
      'Diagnostic-Code: smtp; 550 5.1.1 <ana@example.org>: Recipient address',
      ' rejected: User unknown',
      'Last-Attempt-Date: Sat, 21 Nov 2026 10:00:05 +0000',
      '',
    ].join('\r\n'),
  );
});

test('addresses beyond ASCII: as they are in a global report, escaped in the other, and read from both', () => {
  const status = {
    ...STATUS,
    recipients: [{ ...RECIPIENT, finalRecipient: { type: 'rfc822', text: 'josé\\+@ñandú.example' } }],
  };
  const wide = formatDeliveryStatus(status, true);
  const narrow = formatDeliveryStatus(status, false);
  assert.match(wide, /\r\nFinal-Recipient: utf-8; josé\\\+@ñandú\.example\r\n/);
  assert.match(narrow, /\r\nFinal-Recipient: utf-8; jos\\x\{E9\}\\x\{5C\}\\x\{2B\}@\\x\{F1\}and\\x\{FA\}\.example\r\n/);
  for (const text of [wide, narrow]) {
    const parsed = parseDeliveryStatus(Buffer.from(text));
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.recipients[0]?.finalRecipient, { type: 'utf-8', text: 'josé\\+@ñandú.example' });
  }
});

test('reports of others are read: any case, comments behind the status, empty lines, groups that say nothing', () => {
  const parsed = parseDeliveryStatus(
    Buffer.from(
      [
        'reporting-mta: DNS;mx.example.net',
        '',
        '',
        'X-Nothing: here',
        '',
        'FINAL-RECIPIENT: RFC822;ana@example.org',
        'action: Failed',
        'Status: 5.2.2 (mailbox full)',
      ].join('\n'),
    ),
  );
  assert.ok(parsed.ok);
  assert.equal(parsed.value.recipients.length, 1);
  assert.deepEqual(parsed.value.recipients[0], {
    ...RECIPIENT,
    originalRecipient: undefined,
    finalRecipient: { type: 'RFC822', text: 'ana@example.org' },
    status: '5.2.2',
    remoteMta: undefined,
    diagnosticCode: undefined,
    lastAttemptMs: undefined,
  });
  assert.deepEqual(parseDeliveryStatus(Buffer.from('')), { ok: false, error: 'no-reporting-mta' });
  assert.deepEqual(parseDeliveryStatus(Buffer.from('Reporting-MTA: dns; a\r\n')), { ok: false, error: 'no-recipient' });
});

test('whatever a server said, the lines are short, no field is added, and the status is read again', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.string({ unit: 'binary', maxLength: 800 }), fc.boolean(), (said, mayHoldUtf8) => {
      const diagnosticCode = { type: 'smtp', text: `550\r\nX-Injected: yes\r\n\r\n${said}` };
      const text = formatDeliveryStatus({ ...STATUS, recipients: [{ ...RECIPIENT, diagnosticCode }] }, mayHoldUtf8);
      const lines = text.split('\r\n');
      assert.ok(lines.every((line) => Buffer.byteLength(line) <= 998 && !/[\r\n\x00]/.test(line)));
      assert.ok(mayHoldUtf8 || !/[^\x00-\x7f]/.test(text));
      const parsed = parseDeliveryStatus(Buffer.from(text));
      assert.ok(parsed.ok);
      assert.equal(parsed.value.recipients.length, 1);
      assert.deepEqual(parsed.value.recipients[0]?.extensions, []);
    }),
  );
});

test('any octets are read or refused, quickly', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (octets) => {
      parseDeliveryStatus(Buffer.from(octets));
    }),
  );
  const started = threadCpuMs();
  parseDeliveryStatus(Buffer.from('\n'.repeat(1_000_000)));
  parseDeliveryStatus(Buffer.from('A: b\n\n'.repeat(200_000)));
  assert.ok(threadCpuMs() - started < 5_000);
});
