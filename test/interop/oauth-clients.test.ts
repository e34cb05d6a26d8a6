// curl, mutt and Python’s own client as mail programs with a token: OAUTHBEARER and XOAUTH2 over SMTP, IMAP and POP3, with an
// issuer's keys in a file, or an issuer that is asked.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
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
  server = await startServer({ settings: issuer() });
});
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function issuer(): string {
  return `
    [[oauth_issuer]]
    issuer = "${ISSUER}"
    audience = ["correo"]
    jwks_file = ${JSON.stringify(join(folder, 'keys.json'))}
  `;
}

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

describe('where OAUTHBEARER is not offered', () => {
  let older: RunningServer;
  before(async () => {
    older = await startServer({ settings: `auth_mechanisms = ["xoauth2", "plain"]\n${issuer()}` });
  });
  after(() => older[Symbol.asyncDispose]());

  for (const [service, scheme, area] of [
    ['imaps', 'imaps', 'imap'],
    ['pop3s', 'pop3s', 'pop3'],
  ] as const) {
    programTest(
      'curl',
      `[C56] XOAUTH2 over ${scheme}: a long token, one that has expired, one for another`,
      async () => {
        const visit = (token: string) => curl(scheme, older.ports[service], USER1, token);
        const right = await visit(await makeToken(USER1, '5m', 'x'.repeat(3_000)));
        assert.equal(right.code, 0, right.errors);
        await until('the log', () => new RegExp(`${area}-login: Login: .*method=XOAUTH2`).test(older.log()));
        assert.equal((await visit(await makeToken(USER1, '-5m'))).code, DENIED);
        assert.equal((await visit(await makeToken(USER2))).code, DENIED);
      },
    );
  }

  programTest('mutt', '[C56] XOAUTH2 with mutt, which takes its token from a command', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, await makeToken(USER1));
    const config = join(folder, 'muttrc');
    const place = `imaps://127.0.0.1:${older.ports.imaps}`;
    const lines = [
      `set folder="${place}/" spoolfile="${place}/INBOX" imap_user="${USER1}"`,
      `set imap_authenticators="xoauth2" imap_oauth_refresh_command="cat ${token}"`,
      `set certificate_file="${join(older.state, 'tls/mail.valija.test.crt')}" ssl_verify_host=no`,
      'set quit=yes wait_key=no mark_old=no',
      'push "<quit>"',
    ];
    writeFileSync(config, lines.join('\n'));
    const environment = { HOME: folder, TERM: 'xterm', MAIL: '/dev/null', COLUMNS: '80', LINES: '24' };
    const before = older.log().length;
    const run = await runProgram('script', ['-qec', `mutt -F ${config}`, '/dev/null'], { environment });
    await until(`the log; ${run.output}`, () => /imap-login: Login: .*method=XOAUTH2/.test(older.log().slice(before)));
  });
});

programTest(
  'curl',
  '[C56] a token that only its issuer can read: it is asked, and no longer once it says no',
  async () => {
    let active = true;
    const asked: string[] = [];
    const authority = createServer((request, response) => {
      request.on('data', (octets) => asked.push(String(octets)));
      request.on('end', () => response.end(JSON.stringify({ active, email: USER1, aud: 'correo' })));
    }).listen(0, '127.0.0.1');
    await once(authority, 'listening');
    const { port } = authority.address() as AddressInfo;
    const settings = `
    [[oauth_issuer]]
    issuer = "${ISSUER}"
    audience = ["correo"]
    introspection_uri = "http://127.0.0.1:${port}/introspect"
    introspection_client_id = "valija"
    introspection_client_secret = "de la valija"
  `;
    await using asking = await startServer({ settings });
    const visit = () => curl('imaps', asking.ports.imaps, USER1, 'opaco');
    const right = await visit();
    assert.equal(right.code, 0, right.errors);
    assert.match(asked.join(), /^token=opaco&/);
    active = false;
    assert.equal((await visit()).code, DENIED);
    await until('the log', () => /reason=token-inactive/.test(asking.log()));
    assert.ok(!asking.log().includes('opaco'));
    authority.closeAllConnections();
    authority.close();
  },
);
