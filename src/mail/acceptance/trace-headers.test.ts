import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import type { Envelope, SessionFacts } from './envelope.ts';
import { formatDeliveryTrace, formatReceived, protocolWord } from './trace-headers.ts';

const SESSION: SessionFacts = {
  profile: 'submission',
  connection: {
    connectionId: 'c1',
    clientAddress: '192.0.2.1',
    clientPort: 40_000,
    serverAddress: '192.0.2.25',
    serverPort: 587,
  },
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined },
  helo: 'portatil.example',
  extended: true,
  login: { account: 'usuario1@valija.test' as AccountId, mechanism: 'PLAIN' },
};

const ENVELOPE: Envelope = {
  session: SESSION,
  reversePath: { localPart: 'usuario1', domain: 'valija.test' },
  sender: {
    declaredSizeBytes: undefined,
    body: '7BIT',
    smtpUtf8: false,
    auth: undefined,
    dsn: { ret: undefined, envid: undefined },
  },
  recipients: [
    {
      address: { localPart: 'usuario2', domain: 'valija.test' },
      parameters: { notify: undefined, orcpt: undefined },
    },
  ],
};

const FACTS = { queueId: '4ZxQ0', myhostname: 'mail.valija.test', nowMs: Date.UTC(2026, 10, 21, 10) };

test('[C55] [C75] Received tells protocol, TLS and recipient', () => {
  assert.equal(
    formatReceived(ENVELOPE, FACTS),
    'Received: from portatil.example (unknown [192.0.2.1])\r\n' +
      '\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n' +
      '\tby mail.valija.test (Valija) with ESMTPSA id 4ZxQ0\r\n' +
      '\tfor <usuario2@valija.test>;\r\n' +
      '\tSat, 21 Nov 2026 10:00:00 +0000\r\n',
  );
});

test('several recipients do not learn of each other from Received', () => {
  const [first] = ENVELOPE.recipients;
  const several = { ...ENVELOPE, recipients: [first!, { ...first!, address: { localPart: 'b', domain: 'v.test' } }] };
  assert.doesNotMatch(formatReceived(several, FACTS), /for </);
});

test('an IPv6 client stands there as a literal', () => {
  const connection = { ...SESSION.connection, clientAddress: '2001:db8::1' };
  const received = formatReceived({ ...ENVELOPE, session: { ...SESSION, connection } }, FACTS);
  assert.match(received, /\(unknown \[IPv6:2001:db8::1\]\)/);
});

test('[T11] what a client calls itself cannot write a line or a comment of its own', () => {
  const session = { ...SESSION, helo: 'x)\r\nBcc: y@example.com (' };
  const [first] = formatReceived({ ...ENVELOPE, session }, FACTS).split('\r\n');
  assert.equal(first, 'Received: from x???Bcc:?y?example.com?? (unknown [192.0.2.1])');
});

test('[C75] the protocol words of RFC 3848 and RFC 6531', () => {
  const { tls, login } = SESSION;
  const clear = { ...SESSION, tls: undefined, login: undefined };
  const lmtp = { ...clear, profile: 'lmtp' } as const;
  const words: readonly [SessionFacts, boolean, string][] = [
    [{ ...clear, extended: false }, false, 'SMTP'],
    [clear, false, 'ESMTP'],
    [{ ...clear, tls }, false, 'ESMTPS'],
    [{ ...clear, login }, false, 'ESMTPA'],
    [SESSION, false, 'ESMTPSA'],
    [clear, true, 'UTF8SMTP'],
    [{ ...clear, tls }, true, 'UTF8SMTPS'],
    [SESSION, true, 'UTF8SMTPSA'],
    [lmtp, false, 'LMTP'],
    [{ ...lmtp, tls, login }, false, 'LMTPSA'],
    [{ ...lmtp, tls }, true, 'UTF8LMTPS'],
  ];
  for (const [session, smtpUtf8, word] of words) assert.equal(protocolWord(session, smtpUtf8), word);
});

test('[C75] one Return-Path on top; the address that was meant, and the one it led to', () => {
  const trace = {
    reversePath: undefined,
    deliveredTo: ['usuario2@valija.test'],
    originalTo: ['ventas@valija.test', 'usuario2@valija.test'],
    received: 'Received: by mail.valija.test; now\r\n',
  };
  assert.equal(
    formatDeliveryTrace(trace),
    'Return-Path: <>\r\n' +
      'X-Original-To: ventas@valija.test\r\n' +
      'Delivered-To: usuario2@valija.test\r\n' +
      'Received: by mail.valija.test; now\r\n',
  );
  const strange = { localPart: 'ana x', domain: 'example.com' };
  assert.match(formatDeliveryTrace({ ...trace, reversePath: strange }), /^Return-Path: <"ana x"@example\.com>\r\n/);
});
