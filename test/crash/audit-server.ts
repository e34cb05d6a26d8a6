// A real server, watched by strace while clients deliver to it; what was seen goes to the audit.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import type { Environment } from './victims.ts';
import { auditWriteOrder, type WriteOrderReport } from './write-order.ts';

const STRACE = ['-f', '-y', '-s', '1000000', '-e', 'trace=write,pwrite64,pwritev,writev,fdatasync,sendto,sendmsg'];

export interface Deliveries {
  readonly connections: number;
  /** Over each of them. */
  readonly messages: number;
  readonly environment?: Environment;
}

export async function auditServer({ connections, messages, environment }: Deliveries): Promise<WriteOrderReport> {
  await using server = await startServer(environment === undefined ? {} : { environment });
  const folder = mkdtempSync(join(tmpdir(), 'valija-strace-'));
  try {
    const output = join(folder, 'trace');
    const strace = spawn('strace', [...STRACE, '-o', output, '-p', String(server.pid)], { stdio: 'ignore' });
    const ended = once(strace, 'close');
    // A thread that is not watched yet would write to the journal unseen.
    await until('strace watches every thread', () => isWatched(server.pid));
    await Promise.all(
      Array.from({ length: connections }, async () => {
        using talk = await openSmtp(server, 'smtp');
        for (let i = 0; i < messages; i++) {
          const answer = await talk.bring(
            'ana@example.org',
            [USER1, USER2],
            'Subject: order\r\n\r\nfirst the disk\r\n',
          );
          assert.match(answer, /^250 /);
        }
      }),
    );
    // A client may have its answer before strace has seen the call return; the thread goes on only then, and greets this one.
    (await openSmtp(server, 'smtp'))[Symbol.dispose]();
    strace.kill('SIGINT');
    await ended;
    return auditWriteOrder(readFileSync(output, 'latin1'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isWatched(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    try {
      return !/^TracerPid:\t0$/m.test(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'));
    } catch {
      // It has just ended: the next look will tell.
      return false;
    }
  });
}

/** Says why not. */
export async function straceRefused(): Promise<string | false> {
  const child = spawn('strace', ['-e', 'trace=none', 'true'], { stdio: 'ignore' });
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve('none'));
    child.on('exit', resolve);
  });
  return code === 0 ? false : 'strace is not here, or may not look at processes';
}
