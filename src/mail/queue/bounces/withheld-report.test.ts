import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueuedMessage } from '../queued-message.ts';
import { composeReport } from './compose-report.ts';
import { BOUNCE_DEFAULTS, type ReportInput } from './report-input.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 10);
const REPORT =
  'To: <usuario1@example.org>\r\nSubject: Undelivered Mail\r\n\r\nReunión con ana@example.net: Hola, Ana.\r\n';

/** A report of ours on its way back, and what became of it. */
function inputOf(
  message: Partial<QueuedMessage> = {},
  status = '5.7.30',
  kind: ReportInput['kind'] = 'failed',
): ReportInput {
  const recipient = {
    ...{ address: 'usuario1@example.org', original: 'usuario1@example.org' },
    parameters: { notify: undefined, orcpt: undefined },
    nextHop: { transport: 'smtp', destination: 'example.org' },
  } as const;
  const text = 'REQUIRETLS is required, but was not offered by host mx.example.org[192.0.2.1]';
  const times = { firstAttemptMs: NOW_MS, lastAttemptMs: NOW_MS };
  const octets = Buffer.from(REPORT);
  return {
    kind,
    message: {
      ...{ queueId: '4XyZ123456z0Abc', arrivedMs: NOW_MS, sender: '', body: '8BITMIME', smtpUtf8: false, origin: 'x' },
      ...{ dsn: { ret: undefined, envid: undefined }, prefix: Buffer.alloc(0), sizeBytes: octets.length },
      recipients: [recipient],
      tlsWish: 'required',
      ...message,
    },
    outcomes: [{ recipient, kind: 'failed', status, text, attempts: 1, ...times }],
    content: {
      sizeBytes: octets.length,
      read: async (offset, length) => octets.subarray(offset, offset + length),
      async *stream() {
        yield octets;
      },
      [Symbol.asyncDispose]: async () => undefined,
    },
    settings: { myhostname: 'mail.valija.test', ...BOUNCE_DEFAULTS },
    nowMs: NOW_MS,
    uniqueWord: '4XyZ2222222z0Abc',
  };
}

test('a report that cannot be brought back as safely as REQUIRETLS wants is withheld: a notice without a word of it', async () => {
  for (const status of ['5.7.30', '5.7.10']) {
    const own = await composeReport(inputOf({}, status));
    assert.ok(own);
    assert.deepEqual([own.sender, own.recipient, own.requireTls], ['', 'usuario1@example.org', undefined]);
    const text = own.octets.toString();
    for (const secret of ['Reuni', 'ana@', 'Hola', 'Undelivered', 'mx.example.org'])
      assert.ok(!text.includes(secret), secret);
    assert.match(text, /could\s+not\s+be\s+brought\s+to\s+you\s+with\s+the\s+same\s+protection/);
    assert.match(text, /no\s+se\s+le\s+pudo\s+traer\s+con\s+la\s+misma\s+protección/);
    assert.match(text, /4XyZ123456z0Abc/);
    assert.ok(!/[^\r]\n|\r[^\n]/.test(text), 'lines end in CRLF');
  }
});

test('what failed for another reason, had no such wish, or is late stays untold', async () => {
  const { tlsWish, ...plain } = inputOf().message;
  assert.equal(tlsWish, 'required');
  assert.equal(await composeReport({ ...inputOf(), message: plain }), undefined);
  assert.equal(await composeReport(inputOf({ tlsWish: 'waived' })), undefined);
  assert.equal(await composeReport(inputOf({}, '5.1.1')), undefined);
  assert.equal(await composeReport(inputOf({}, '4.7.30', 'delayed')), undefined);
});
