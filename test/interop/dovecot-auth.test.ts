// Dovecot's auth protocol with real programs at the other end: a Postfix that asks us, Dovecot's own tools that ask us, and a
// Dovecot that we ask.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../world/free-port.ts';
import { PASSWORD, startServer, USER1, USER2 } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { startDovecotAuth } from './dovecot-auth-server.ts';
import { mailbox } from './mailbox-reader.ts';
import { OTHER_USER } from './other-mta.ts';
import { startPostfix } from './postfix-server.ts';
import { findProgram, programTest, runProgram } from './real-program.ts';

/** A folder that other users can find a socket in. */
function openFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'valija-auth-'));
  chmodSync(path, 0o755);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

function socketSettings(folder: string): string {
  return `
    [[auth_socket]]
    path = ${JSON.stringify(join(folder, 'auth-client'))}
    mode = "0666"
    [[auth_socket]]
    protocol = "userdb"
    path = ${JSON.stringify(join(folder, 'auth-userdb'))}
  `;
}

/** A login at a submission service, and nothing else. */
function logIn(port: number, mechanism: string, user: string, password: string) {
  return runProgram('swaks', [
    ...['--server', '127.0.0.1', '--port', String(port), '--tls', '--quit-after', 'AUTH'],
    ...['--auth', mechanism, '--auth-user', user, '--auth-password', password],
  ]);
}

programTest(
  'postfix',
  '[C57] a Postfix beside us logs its people in with us: PLAIN, LOGIN, SCRAM-SHA-256',
  async () => {
    using folder = openFolder();
    await using server = await startServer({ settings: socketSettings(folder.path) });
    const port = await freePort();
    await using postfix = await startPostfix(
      port,
      server.ports.smtp,
      ...['smtpd_sasl_auth_enable = yes', 'smtpd_sasl_type = dovecot', `smtpd_sasl_path = ${folder.path}/auth-client`],
      ...['smtpd_tls_auth_only = yes', 'smtpd_recipient_restrictions = permit_sasl_authenticated, reject'],
    );
    for (const mechanism of ['PLAIN', 'LOGIN']) {
      const right = await logIn(port, mechanism, USER1, PASSWORD);
      assert.match(right.output, /^<~ {2}235 2\.7\.0 /m, right.output + postfix.log());
      const wrong = await logIn(port, mechanism, USER1, 'otra');
      assert.match(wrong.output, /^<~\* 535 5\.7\.8 /m, wrong.output);
    }
    if (findProgram('gsasl') !== undefined) {
      const scram = await runProgram('gsasl', [
        ...['--client', '--smtp', `--connect=localhost:${port}`, '--starttls', '--x509-ca-file=', '--no-cb'],
        ...['--mechanism=SCRAM-SHA-256', `--authentication-id=${USER1}`, `--authorization-id=${USER1}`],
        `--password=${PASSWORD}`,
      ]);
      assert.match(scram.errors, /Client authentication finished \(server trusted\)/, scram.output + scram.errors);
      const line = 'auth: scram-sha-256(usuario1@valija.test,127.0.0.1): authentication succeeded';
      await until(line, () => server.log().includes(line));
    }
    const sent = await runProgram('swaks', [
      ...['--server', '127.0.0.1', '--port', String(port), '--tls', '--from', USER1, '--to', OTHER_USER],
      ...['--auth', 'PLAIN', '--auth-user', USER1, '--auth-password', PASSWORD],
    ]);
    assert.equal(sent.code, 0, sent.output);
    await until('the log', () => /sasl_method=PLAIN, sasl_username=usuario1@valija\.test/.test(postfix.log()));
    await until('the log', () =>
      /plain\(usuario1@valija\.test,127\.0\.0\.1\): authentication failure/.test(server.log()),
    );
    assert.ok(!server.log().includes(PASSWORD));
    await server.kill();
    const down = await logIn(port, 'PLAIN', USER1, PASSWORD);
    assert.doesNotMatch(down.output, /^<~\* 535/m, 'nobody there is not a wrong password');
  },
);

programTest('doveadm', '[C57] Dovecot’s own tools ask us: auth test, user', async () => {
  using folder = openFolder();
  await using server = await startServer({ settings: socketSettings(folder.path) });
  const authTest = (password: string) =>
    runProgram('doveadm', ['auth', 'test', '-a', `${folder.path}/auth-client`, USER1, password]);
  const right = await authTest(PASSWORD);
  assert.equal(right.code, 0, right.output + right.errors);
  assert.match(right.output, /user=usuario1@valija\.test/);
  assert.equal((await authTest('otra')).code, 77);
  const user = (name: string) => runProgram('doveadm', ['user', '-u', '-a', `${folder.path}/auth-userdb`, name]);
  const found = await user(USER1);
  assert.equal(found.code, 0, found.output + found.errors);
  assert.match(found.output, new RegExp(`home +: ${server.state}/vhosts/valija\\.test/usuario1$`, 'm'));
  assert.equal((await user('nadie@valija.test')).code, 67);
});

const skip = findProgram('dovecot') === undefined ? 'dovecot is not installed' : false;

test('dovecot: [C57] we let in whom a Dovecot beside us knows, and take their mail', { skip }, async () => {
  await using dovecot = await startDovecotAuth([
    'ana@ext.test:{SHA256-CRYPT}$5$abcdefgh$Qy1vvYpkxkYAwzQvFoLi4Dql5mwYvpNS9BRJJKqAhR4:5000:5000::/nowhere::userdb_quota_rule=*:bytes=1000000',
    'berta@ext.test:{PLAIN}clave de berta:5000:5000::/nowhere::',
  ]);
  await using server = await startServer({
    settings: `
      [[directory]]
      type = "dovecot"
      name = "dovecot"
      domains = ["ext.test"]
      auth_socket = "${dovecot.authSocket}"
      userdb_socket = "${dovecot.userdbSocket}"
      timeout = "5s"
      cache_ttl = "0s"
      cache_negative_ttl = "0s"
    `,
  });
  const { submission } = server.ports;
  const berta = (password: string) => logIn(submission, 'PLAIN', 'berta@ext.test', password);
  assert.match((await berta('clave de berta')).output, /^<~ {2}235 /m, server.log());
  assert.match((await berta('otra')).output, /^<~\* 535 5\.7\.8 /m);
  assert.match((await logIn(submission, 'LOGIN', 'nadie@ext.test', 'x')).output, /^<~\* 535 5\.7\.8 /m);
  // Ours stay ours.
  assert.match((await logIn(submission, 'PLAIN', USER1, PASSWORD)).output, /^<~ {2}235 /m);

  const send = (to: string) =>
    runProgram('swaks', [
      ...['--server', '127.0.0.1', '--port', String(submission), '--tls', '--to', to, '--from', 'berta@ext.test'],
      ...['--auth', 'PLAIN', '--auth-user', 'berta@ext.test', '--auth-password', 'clave de berta'],
      ...['--header', 'Subject: de berta', '--body', 'hola'],
    ]);
  assert.equal((await send(USER2)).code, 0);
  assert.match(await mailbox(server, USER2).waitFor('de berta'), /^From: berta@ext\.test/m);
  assert.equal((await send('ana@ext.test')).code, 0);
  assert.match((await send('nadie@ext.test')).output, /^<~\* 550 5\.1\.1 /m);

  await dovecot.hang();
  assert.match((await berta('clave de berta')).output, /^<~\* 454 4\.7\.0 /m, 'a Dovecot that hangs');
  dovecot.goOn();
  assert.match((await berta('clave de berta')).output, /^<~ {2}235 /m);
  await dovecot.end();
  const down = await berta('clave de berta');
  assert.match(down.output, /^<~\* 454 4\.7\.0 /m, down.output + server.log());
  await dovecot.start();
  assert.match((await berta('clave de berta')).output, /^<~ {2}235 /m, 'a Dovecot that was started anew');
  assert.ok(!server.log().includes('clave de berta'));
});
