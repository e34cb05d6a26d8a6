import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createAuthority } from '../../../test/world/certificate-authority.ts';
import { type CheckedPair, checkPair } from '../tls/checked-pair.ts';
import { KeptCertificates } from './kept-certificates.ts';

const ID = 'mail.valija.test';

function openFolder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-kept-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const lines: string[] = [];
  const log = { write: (level: string, _: string, text: string) => void lines.push(`${level} ${text}`) };
  return { folder, lines, open: () => new KeptCertificates(folder, log) };
}

function pairOf(certificate: string, secretKey: string): CheckedPair {
  const pair = checkPair(certificate, secretKey);
  assert.ok(pair.ok, pair.ok ? '' : pair.error);
  return pair.value;
}

test('[C51] a renewal with the key of before the restart is what the next start finds, and all it keeps', async (t) => {
  const { folder, open } = openFolder(t);
  const first = await (await createAuthority()).sign([ID]);
  let secretKey = first.key;
  for (const number of ['first', 'second', 'third']) {
    const issued = pairOf((await first.renew()).pem, secretKey);
    open().keep(ID, issued);
    const found = open().find(ID);
    assert.equal(found?.facts.fingerprint, issued.facts.fingerprint, number);
    assert.doesNotMatch(found.certificate, /PRIVATE KEY/, 'a key is no part of what everybody may see');
    const text = readFileSync(join(folder, `${ID}.pem`), 'utf8');
    assert.deepEqual(text.match(/BEGIN [A-Z ]+/g), ['BEGIN PRIVATE KEY', 'BEGIN CERTIFICATE'], number);
    secretKey = found.secretKey;
  }
});

test('[C51] what cannot be read is told, and keeps no server from its start', async (t) => {
  const { folder, lines, open } = openFolder(t);
  const { pem, key } = await (await createAuthority()).sign([ID]);
  open().keep(ID, pairOf(pem, key));
  mkdirSync(join(folder, 'a-folder.pem'));
  writeFileSync(join(folder, 'empty.pem'), '');
  assert.deepEqual(
    open().issued.map(({ id }) => id),
    [ID],
  );
  assert.match(lines.join('\n'), /a-folder\.pem: .*; another one is asked for/);
  assert.match(lines.join('\n'), /empty\.pem: .*; another one is asked for/);
});
