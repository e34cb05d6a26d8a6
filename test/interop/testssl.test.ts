// What testssl.sh says of our TLS, at a port that begins with it and at one with STARTTLS. A whole run, which takes minutes, finds
// no more than that the test's certificate is self-signed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '#platform/config/schema.ts';
import { startServer } from '../world/running-server.ts';
import { programTest } from './real-program.ts';

/** It opens hundreds of connections, one after the other. */
const DEADLINE_MS = 900_000;

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

const GRAVE = ['MEDIUM', 'HIGH', 'CRITICAL'];

async function judge(port: number, checks: readonly string[]): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-testssl-'));
  const file = join(folder, 'findings.json');
  const quietly = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none', '--ip', '127.0.0.1'];
  const args = [...checks, ...quietly, '--jsonfile', file, `mail.valija.test:${port}`];
  const child = spawn('/usr/bin/testssl', args, { stdio: 'ignore', timeout: DEADLINE_MS });
  await once(child, 'exit');
  const findings: Finding[] = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true });
  return findings;
}

for (const [service, checks] of [
  ['imaps', ['--protocols', '--std', '--server-preference', '--vulnerable']],
  ['submission', ['--starttls', 'smtp', '--protocols']],
] as const satisfies readonly (readonly [ServiceName, readonly string[]])[]) {
  programTest(
    'testssl',
    `[C50] [C51] nothing above low at ${service}: ${checks.filter((check) => check.startsWith('--')).join(' ')}`,
    async () => {
      await using server = await startServer();
      const findings = await judge(server.ports[service], checks);
      const found = (id: string) => findings.find((one) => one.id === id);
      assert.match(found('TLS1_2')?.finding ?? '', /^offered/);
      assert.match(found('TLS1_3')?.finding ?? '', /^offered/);
      for (const id of ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1']) assert.match(found(id)?.finding ?? '', /^not offered/, id);
      assert.deepEqual(
        findings.filter(({ severity }) => GRAVE.includes(severity)),
        [],
      );
    },
  );
}
