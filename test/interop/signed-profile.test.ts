// The profile for Apple devices, signed: what OpenSSL says of it, and that the server that has a certificate signs it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { signDocument } from '#platform/tls/signed-data.ts';
import { createAuthority } from '../world/certificate-authority.ts';
import { startServer, USER1 } from '../world/running-server.ts';
import { programTest, runProgram } from './real-program.ts';

const HOST = 'mail.valija.test';
const DOCUMENT = Buffer.from('<plist>ñ</plist>\n');
const PATH = `/mail/apple.mobileconfig?emailaddress=${encodeURIComponent(USER1)}`;

function openFolder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-signed-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return (name: string) => join(folder, name);
}

/** The document, where the signature is good and its signer is of that authority. */
async function verify(file: (name: string) => string, signed: Buffer) {
  writeFileSync(file('signed'), signed);
  const files = ['-in', file('signed'), '-CAfile', file('authority.pem'), '-out', file('document')];
  const run = await runProgram('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-purpose', 'any', ...files]);
  return run.code === 0 ? readFileSync(file('document')) : run.errors;
}

programTest(
  'openssl',
  'a document is signed by ECDSA, with the chain; one octet changed, and it is no more',
  async (t) => {
    const file = openFolder(t);
    const root = await createAuthority('A root');
    const below = await root.authorize('An authority below it');
    const leaf = await below.sign([HOST]);
    writeFileSync(file('authority.pem'), root.pem);
    const pair = { certificate: `${leaf.pem}\n${below.pem}\n`, secretKey: leaf.key };
    for (const nowMs of [Date.now(), Date.UTC(2049, 11, 31), Date.UTC(2050, 0, 1)]) {
      const signed = signDocument(DOCUMENT, pair, nowMs);
      assert.ok(signed !== undefined);
      assert.deepEqual(await verify(file, signed), DOCUMENT);
      const at = signed.indexOf(DOCUMENT);
      signed.writeUInt8(0x21, at + 3);
      assert.match(String(await verify(file, signed)), /digest|verif/i);
    }
  },
);

programTest('openssl', 'a document is signed by RSA; a key of another kind signs none', async (t) => {
  const file = openFolder(t);
  const files = ['-keyout', file('key.pem'), '-out', file('authority.pem')];
  spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    ...files,
    '-days',
    '30',
    '-subj',
    `/CN=${HOST}`,
  ]);
  const certificate = readFileSync(file('authority.pem'), 'utf8');
  const pair = { certificate, secretKey: readFileSync(file('key.pem'), 'utf8') };
  const signed = signDocument(DOCUMENT, pair, Date.now());
  assert.ok(signed !== undefined);
  assert.deepEqual(await verify(file, signed), DOCUMENT);
  const { privateKey } = generateKeyPairSync('ed25519');
  const other = { certificate, secretKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  assert.equal(signDocument(DOCUMENT, other, Date.now()), undefined);
});

function fetchProfile(port: number): Promise<Buffer> {
  const place = { host: '127.0.0.1', port, path: PATH, servername: HOST, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const headers = { host: HOST };
    request({ ...place, headers }, (response) => resolve(buffer(response)))
      .once('error', reject)
      .end();
  });
}

programTest(
  'openssl',
  "a profile is signed with the host's certificate; with a self-signed one it is as it was",
  async (t) => {
    const file = openFolder(t);
    await using plain = await startServer();
    const profile = await fetchProfile(plain.ports.https);
    assert.match(profile.toString(), /^<\?xml/);
    const authority = await createAuthority();
    const leaf = await authority.sign([HOST]);
    writeFileSync(file('authority.pem'), authority.pem);
    writeFileSync(file('pair.pem'), `${leaf.key}\n${leaf.pem}\n`);
    const settings = `smtpd_tls_cert_file = "${file('pair.pem')}"\nsmtpd_tls_key_file = "${file('pair.pem')}"\n`;
    await using server = await startServer({ settings });
    const signed = await verify(file, await fetchProfile(server.ports.https));
    assert.match(signed.toString(), /<string>usuario1@valija\.test<\/string>/);
  },
);
