// The next server of a relay: Postfix's `smtp-sink`, which takes everything, keeps nothing and counts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { pause } from './program.ts';

const PORT = 14_026;
const BACKLOG = 256;
const START_TRIES = 100;

export interface RelaySink extends AsyncDisposable {
  readonly port: number;
  /** Messages taken so far. */
  messages(): number;
}

export async function startRelaySink(): Promise<RelaySink> {
  const child = spawn('/usr/sbin/smtp-sink', ['-c', '-u', 'postfix', `127.0.0.1:${PORT}`, String(BACKLOG)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let count = 0;
  // Its counters, written over one another: `sess=1 quit=1 mesg=1` and a CR.
  child.stdout.on('data', (chunk: Buffer) => {
    count = Number(
      chunk
        .toString('latin1')
        .match(/mesg=\d+(?=[\r\n])/g)
        ?.at(-1)
        ?.slice('mesg='.length) ?? count,
    );
  });
  const ended = once(child, 'exit');
  for (let tries = 0; !(await answers()); tries++) {
    if (child.exitCode !== null || tries > START_TRIES) throw new Error('smtp-sink did not start');
    await pause(20);
  }
  return {
    port: PORT,
    messages: () => count,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

async function answers(): Promise<boolean> {
  const socket = connect({ port: PORT, host: '127.0.0.1' });
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
