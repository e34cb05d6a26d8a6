import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CertificateFailure, CertificateRecord } from '#mail/ports/certificate-admin.ts';
import { composeNotice } from './notice.ts';
import { findWorries, ToldWorries, WORRIES, type Worry } from './worries.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21);

function record(days: number | undefined, given: Partial<CertificateRecord> = {}): CertificateRecord {
  const untilMs = NOW_MS + (days ?? 0) * DAY_MS;
  const served = { issuer: 'CA', keyType: 'EC P-256', fingerprint: 'f', fromMs: NOW_MS - DAY_MS, untilMs };
  return {
    ...{ id: 'mail.valija.test', source: 'file', place: '/etc/c.pem', isDefault: true, names: ['mail.valija.test'] },
    served: days === undefined ? undefined : served,
    ...{ nextMs: undefined, isOrdering: false, failure: undefined, ...given },
  };
}

const failed = (failures: number): CertificateFailure => ({ atMs: NOW_MS, text: 'it said no', failures });

function kindOf(one: CertificateRecord): string | undefined {
  const listing = { nowMs: NOW_MS, myhostname: 'mail.valija.test', certificates: [one], skipped: [] };
  return findWorries(listing)[0]?.kind;
}

test('[C51] the postmaster hears of what somebody must look after, and of nothing else', () => {
  assert.equal(kindOf(record(60)), undefined);
  assert.equal(kindOf(record(14)), 'expiring');
  assert.equal(kindOf(record(0)), 'expired');
  assert.equal(kindOf(record(60, { failure: failed(1) })), undefined, 'in the midst of a renewal');
  assert.equal(kindOf(record(60, { failure: failed(2) })), 'broken-files');
  assert.equal(kindOf(record(undefined, { failure: failed(2) })), 'broken-files');
  const acme = (days: number | undefined, failures: number) => {
    return kindOf(record(days, { source: 'acme', failure: failures === 0 ? undefined : failed(failures) }));
  };
  assert.equal(acme(5, 0), undefined, 'short lives are usual there');
  assert.equal(acme(29, 2), undefined);
  assert.equal(acme(29, 3), 'not-renewed');
  assert.equal(acme(13, 1), 'not-renewed');
  assert.equal(acme(undefined, 2), undefined);
  assert.equal(acme(undefined, 3), 'not-issued');
  assert.equal(kindOf(record(200, { source: 'self-signed' })), undefined);
});

test('[C51] once a day, and again when it has been well in between', () => {
  const told = new ToldWorries();
  const worries: Worry[] = [{ kind: 'expired', record: record(0) }];
  const tell = (some: readonly Worry[], nowMs: number) => {
    const selected = told.select(some, nowMs);
    told.note(selected, nowMs);
    return selected.length;
  };
  assert.equal(tell(worries, NOW_MS), 1);
  assert.equal(tell(worries, NOW_MS + DAY_MS - 1), 0);
  assert.equal(tell([{ kind: 'broken-files', record: record(0) }], NOW_MS + 1), 1);
  assert.equal(tell(worries, NOW_MS + 2), 1);
  assert.equal(tell(worries, NOW_MS + 2 + DAY_MS), 1);
  assert.equal(tell(worries, NOW_MS), 1, 'the clock was wrong before');
});

test('[C51] what could not be sent to the postmaster is told at the next look', () => {
  const told = new ToldWorries();
  const worries: Worry[] = [{ kind: 'expired', record: record(0) }];
  assert.equal(told.select(worries, NOW_MS).length, 1);
  assert.equal(told.select(worries, NOW_MS + 1).length, 1);
});

test('[C51] the notice is an automatic message in two languages, and nothing of an authority breaks its lines', () => {
  const failure = { ...failed(3), text: 'no\r\nBcc: x@example.org\x07' };
  const worries = WORRIES.map((kind) => ({ kind, record: record(3, { failure }) }));
  const text = composeNotice({ myhostname: 'mail.valija.test', atMs: NOW_MS, messageId: 'abc', worries }).toString();
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  assert.match(head, /^Auto-Submitted: auto-generated\r$/m);
  assert.match(head, /^Message-ID: <abc@mail\.valija\.test>\r$/m);
  assert.match(text, /could not be renewed; the present one is good until 2026-11-24/);
  assert.match(text, /no se ha podido renovar; el actual vale hasta el 2026-11-24/);
  assert.doesNotMatch(text, /^Bcc/m);
  assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\x00-\x1f]/);
  assert.ok(body.length > 0);
});
