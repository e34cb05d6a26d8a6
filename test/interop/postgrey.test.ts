// Postgrey as our policy service: it understands what we ask, over TCP and over a Unix socket, and we understand what it says.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../world/free-port.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { ONLY_STRANGERS, PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { connectSocket } from '../world/socket-client.ts';
import { until } from '../world/until.ts';
import { findProgram, programTest, runProgram } from './real-program.ts';

const DELAY_SECONDS = 3;
const SENDER = 'ana@example.org';

interface RunningPostgrey extends AsyncDisposable {
  /** `inet:127.0.0.1:PORT` or `unix:PATH` */
  readonly service: string;
}

async function startPostgrey(form: 'inet' | 'unix'): Promise<RunningPostgrey> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-postgrey-'));
  chmodSync(folder, 0o755);
  for (const list of ['clients', 'recipients']) writeFileSync(join(folder, list), '');
  const port = await freePort();
  const socket = join(folder, 'socket');
  const user = process.getuid?.() === 0 ? 'root' : (process.env['USER'] ?? 'nobody');
  const child: ChildProcess = spawn(
    findProgram('postgrey') ?? '',
    [
      form === 'inet' ? `--inet=127.0.0.1:${port}` : `--unix=${socket}`,
      `--dbdir=${folder}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--delay=${DELAY_SECONDS}`,
      `--whitelist-clients=${join(folder, 'clients')}`,
      `--whitelist-recipients=${join(folder, 'recipients')}`,
      `--user=${user}`,
      `--group=${user}`,
    ],
    { stdio: 'ignore' },
  );
  await until('postgrey listens', () => (form === 'inet' ? answers(port) : existsSync(socket)));
  return {
    service: form === 'inet' ? `inet:127.0.0.1:${port}` : `unix:${socket}`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** swaks's exit code, and what it heard. */
async function bring(port: number, subject: string) {
  const { code, output } = await runProgram('swaks', [
    ...['--server', `127.0.0.1:${port}`, '--local-interface', '127.0.0.9', '--helo', 'mail.example.org'],
    ...['--from', SENDER, '--to', USER1, '--header', `Subject: ${subject}`],
  ]);
  return { code, output };
}

for (const form of ['inet', 'unix'] as const) {
  programTest('postgrey', `[C35] over ${form}, a first try waits, the next one comes in`, async () => {
    await using postgrey = await startPostgrey(form);
    const settings = `smtpd_recipient_restrictions = ["check_policy_service ${postgrey.service}"]\n`;
    await using server = await startServer({ settings: settings + ONLY_STRANGERS });
    const first = await bring(server.ports.smtp, 'la primera vez');
    assert.match(first.output, /<\*\* 450 4\.2\.0 .*Greylisted, see http:\/\/postgrey/);
    const early = await bring(server.ports.smtp, 'demasiado pronto');
    assert.match(early.output, /<\*\* 450 4\.2\.0 /);
    await delay((DELAY_SECONDS + 1) * 1_000);
    const second = await bring(server.ports.smtp, 'la segunda vez');
    assert.equal(second.code, 0, second.output);
    const { messages } = await readMailbox(server, { address: USER1, password: PASSWORD });
    assert.equal(messages.length, 1);
    assert.match(
      messages[0]?.text ?? '',
      /^X-Greylist: delayed \d+ seconds by postgrey/m,
      'what it has us write on top',
    );
    assert.match(
      messages[0]?.text ?? '',
      /^X-Greylist: delayed \d+ seconds by postgrey/m,
      'what it has us write on top',
    );
  });
}

async function answers(port: number): Promise<boolean> {
  try {
    (await connectSocket({ port })).close();
    return true;
  } catch {
    return false;
  }
}
