// Real programs that bind their logins to the connection (SCRAM-SHA-256-PLUS): libgsasl by its own program, which takes
// what TLS 1.3 exports and, with TLS 1.2, the first «Finished».

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { programTest, runProgram } from './real-program.ts';

let server: RunningServer;
before(async () => {
  server = await startServer();
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

function logIn({ service, port }: Door, mechanism: string, password: string, priority: string) {
  return runProgram('gsasl', [
    ...['--client', `--${service}`, `--connect=localhost:${port}`, '--starttls'],
    ...[`--x509-ca-file=${certificateFile()}`, `--priority=${priority}`, '--no-client-first'],
    ...[
      `--mechanism=${mechanism}`,
      `--authentication-id=${USER1}`,
      `--authorization-id=${USER1}`,
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
