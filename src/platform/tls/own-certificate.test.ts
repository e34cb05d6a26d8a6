import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownCertificate } from './own-certificate.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const DAY_MS = 86_400_000;

test('the first start makes a certificate for the host and loopback, later ones keep it, and a month before its end a new one is made', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = { folder, hostname: 'mail.valija.test' };

  const first = await ownCertificate(files, NOW_MS);
  const parsed = new X509Certificate(first.certificate);
  assert.equal(parsed.checkHost('mail.valija.test'), 'mail.valija.test');
  assert.equal(parsed.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(statSync(join(folder, 'mail.valija.test.key')).mode & 0o777, 0o600);

  assert.deepEqual(await ownCertificate(files, NOW_MS + DAY_MS), first);
  // A machine without a clock of its own starts years back: the certificate is good as soon as the time is right.
  assert.deepEqual(await ownCertificate(files, NOW_MS - 3650 * DAY_MS), first);
  const renewed = await ownCertificate(files, NOW_MS + 340 * DAY_MS);
  assert.notEqual(renewed.certificate, first.certificate);
});

test('a self-signed pair that a crash left broken is made anew', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = { folder, hostname: 'mail.valija.test' };
  const certificateFile = join(folder, 'mail.valija.test.crt');
  const keyFile = join(folder, 'mail.valija.test.key');
  const other = await ownCertificate({ ...files, hostname: 'other.test' }, NOW_MS);
  const breakages = [
    () => writeFileSync(certificateFile, ''),
    () => truncateSync(certificateFile, 200),
    () => writeFileSync(keyFile, ''),
    () => writeFileSync(keyFile, other.secretKey),
    () => rmSync(keyFile),
  ];
  for (const breakIt of breakages) {
    const before = await ownCertificate(files, NOW_MS);
    breakIt();
    const after = await ownCertificate(files, NOW_MS);
    assert.notEqual(after.certificate, before.certificate, String(breakIt));
    assert.ok(new X509Certificate(after.certificate).checkPrivateKey(createPrivateKey(after.secretKey)));
  }
});
