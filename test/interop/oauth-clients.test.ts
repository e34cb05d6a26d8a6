// curl as a mail program with a token: OAUTHBEARER and XOAUTH2 over SMTP, IMAP and POP3, with an issuer's keys in a file.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { programTest, runProgram } from './real-program.ts';

const ISSUER = 'https://id.valija.test';
const keys = await generateKeyPair('ES256', { extractable: true });

let server: RunningServer;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valija-oauth-'));
  const publicKey = { ...(await exportJWK(keys.publicKey)), kid: 'uno' };
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [publicKey] }));
  server = await startServer({
    settings: `
      [[oauth_issuer]]
      issuer = "${ISSUER}"
      audience = ["correo"]
      jwks_file = ${JSON.stringify(join(folder, 'keys.json'))}
    `,
  });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** `padding`: issuers put a good deal into their tokens. */
function makeToken(email: string, expiresIn = '5m', padding = ''): Promise<string> {
  return new SignJWT({ email, padding })
    .setProtectedHeader({ alg: 'ES256', kid: 'uno' })
    .setIssuer(ISSUER)
    .setAudience('correo')
    .setExpirationTime(expiresIn)
    .sign(keys.privateKey);
}

function curl(scheme: string, port: number, user: string, token: string, ...more: string[]) {
  return runProgram('curl', [
    ...['--silent', '--show-error', '--verbose', '--insecure', `${scheme}://127.0.0.1:${port}/`, ...more],
    ...['--user', `${user}:`, '--oauth2-bearer', token, '--sasl-ir'],
  ]);
}

/** curl's «login denied». */
const DENIED = 67;

for (const [service, scheme] of [
  ['submissions', 'smtps'],
  ['imaps', 'imaps'],
  ['pop3s', 'pop3s'],
] as const) {
  programTest(
    'curl',
    `[C56] OAUTHBEARER over ${scheme}: a long token, one that has expired, one for another`,
    async () => {
      const letter = join(folder, 'letter');
      writeFileSync(letter, 'Subject: con testigo\r\n\r\nhola\r\n');
      const more = scheme === 'smtps' ? ['--mail-from', USER1, '--mail-rcpt', USER2, '--upload-file', letter] : [];
      const visit = (token: string) => curl(scheme, server.ports[service], USER1, token, ...more);
      const right = await visit(await makeToken(USER1, '5m', 'x'.repeat(3_000)));
      assert.equal(right.code, 0, right.errors);
      await until('the log', () => /method=OAUTHBEARER/.test(server.log()));
      const expired = await makeToken(USER1, '-5m');
      assert.equal((await visit(expired)).code, DENIED);
      await until('the log', () => /reason=token-expired/.test(server.log()));
      assert.equal((await visit(await makeToken(USER2))).code, DENIED);
      assert.ok(!server.log().includes(expired));
    },
  );
}

const PYTHON_CLIENT = join(import.meta.dirname, 'log_in_with_token.py');

for (const service of ['submissions', 'imaps'] as const) {
  programTest('python3', `[C56] XOAUTH2 with Python’s own client, ${service}`, async () => {
    const visit = (user: string, token: string) =>
      runProgram('python3', [PYTHON_CLIENT, service, String(server.ports[service]), user, token]);
    const right = await visit(USER1, await makeToken(USER1, '5m', 'x'.repeat(3_000)));
    assert.equal(right.code, 0, right.errors);
    await until('the log', () => /method=XOAUTH2/.test(server.log()));
    for (const token of [await makeToken(USER2), await makeToken(USER1, '-5m'), 'nonsense']) {
      assert.notEqual((await visit(USER1, token)).code, 0);
    }
  });
}
