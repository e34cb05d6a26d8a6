// Real programs that log in by SCRAM, bound to the connection (-PLUS) or not: libgsasl by its own program, which takes what TLS
// 1.3 exports and, with TLS 1.2, the first «Finished». The keys are ours, or those that Dovecot's own program made.

import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { makeState, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { programTest, runProgram } from './real-program.ts';

const SETTINGS = `
auth_mechanisms = ["scram-sha-256", "scram-sha-1", "plain"]
[[directory]]
type = "passwd-file"
domains = ["escuela.test"]
path = "escuela.passwd"
`;

/** By `doveadm pw`, of BEAS_PASSWORD. */
const BEAS_KEYS =
  '{SCRAM-SHA-256}4096,0OYSc4mLWyPkSXz2nTS5LQ==,nb8UXfrZotMFNYbRZPZ34kT2Kv3FJ0lPPbirFB1AnTM=,fLaTxs3ZTHOFBFp+7DM72kwUC3XeB/FehJt8WeB4p+g=';
const BEAS_PASSWORD = 'secreto de bea';

let server: RunningServer;
before(async () => {
  const state = await makeState();
  const lines = [`bea:${BEAS_KEYS}`, 'ana:{PLAIN}secreto de ana', 'dora:{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO'];
  writeFileSync(join(state, 'escuela.passwd'), `${lines.join('\n')}\n`, { mode: 0o600 });
  server = await startServer({ state, settings: SETTINGS });
});
after(() => server[Symbol.asyncDispose]());

/** The server's own certificate, which vouches for itself. */
function certificateFile(): string {
  const folder = join(server.state, 'tls');
  const name = readdirSync(folder).find((file) => /\.crt$/.test(file)) ?? assert.fail('no certificate');
  return join(folder, name);
}

interface Door {
  readonly service: 'smtp' | 'imap';
  readonly port: number;
}

function logIn({ service, port }: Door, mechanism: string, password: string, priority = 'NORMAL', user = USER1) {
  return runProgram('gsasl', [
    // Who can bind, and does not where that is offered, would be in other hands.
    ...(mechanism.endsWith('-PLUS') ? [] : ['--no-cb']),
    ...['--client', `--${service}`, `--connect=localhost:${port}`, '--starttls'],
    ...[`--x509-ca-file=${certificateFile()}`, `--priority=${priority}`, '--no-client-first'],
    ...[
      `--mechanism=${mechanism}`,
      `--authentication-id=${user}`,
      `--authorization-id=${user}`,
      `--password=${password}`,
    ],
  ]);
}

for (const [version, priority] of [
  ['TLS 1.3, tls-exporter', 'NORMAL:-VERS-ALL:+VERS-TLS1.3'],
  ['TLS 1.2, tls-unique', 'NORMAL:-VERS-ALL:+VERS-TLS1.2'],
] as const) {
  for (const [service, listener] of [
    ['smtp', 'submission'],
    ['imap', 'imap'],
  ] as const) {
    programTest('gsasl', `[C56] SCRAM-SHA-256-PLUS over ${service.toUpperCase()}, ${version}`, async () => {
      const door = { service, port: server.ports[listener] };
      const right = await logIn(door, 'SCRAM-SHA-256-PLUS', PASSWORD, priority);
      // The server has proven that it knows the password, too.
      assert.match(right.errors, /Client authentication finished \(server trusted\)/, right.output + right.errors);
      await until('the log', () =>
        new RegExp(`${service === 'imap' ? 'method' : 'sasl_method'}=SCRAM-SHA-256-PLUS`).test(server.log()),
      );
      const wrong = await logIn(door, 'SCRAM-SHA-256-PLUS', 'otra', priority);
      assert.doesNotMatch(wrong.errors, /Client authentication finished/);
    });
  }
}

for (const [user, password, mechanism] of [
  ['bea@escuela.test', BEAS_PASSWORD, 'SCRAM-SHA-256'],
  ['ana@escuela.test', 'secreto de ana', 'SCRAM-SHA-256-PLUS'],
  ['ana@escuela.test', 'secreto de ana', 'SCRAM-SHA-1'],
] as const) {
  programTest('gsasl', `[C56] ${mechanism} of ${user}, whose account lives elsewhere`, async () => {
    const door = { service: 'imap', port: server.ports.imap } as const;
    const right = await logIn(door, mechanism, password, undefined, user);
    assert.match(right.errors, /Client authentication finished \(server trusted\)/, right.output + right.errors);
    const wrong = await logIn(door, mechanism, 'otra', undefined, user);
    assert.doesNotMatch(wrong.errors, /Client authentication finished/);
  });
}

programTest('gsasl', '[C56] an account with another kind of hash cannot use SCRAM, and PLAIN lets it in', async () => {
  const door = { service: 'imap', port: server.ports.imap } as const;
  const keyed = await logIn(door, 'SCRAM-SHA-256', 'test', undefined, 'dora@escuela.test');
  assert.doesNotMatch(keyed.errors, /Client authentication finished/);
  const plain = await logIn(door, 'PLAIN', 'test', undefined, 'dora@escuela.test');
  assert.match(plain.errors, /Client authentication finished/, plain.output + plain.errors);
  await until('the log', () => /reason=no-keys/.test(server.log()));
});
