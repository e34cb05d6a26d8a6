// More clients than the process may have files open: no accept loop that spins, and all is well when they have gone.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer, USER1 } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const CLIENTS = 200;
/** A tick of /proc/PID/stat on Linux. */
const TICK_MS = 10;

test('[T32] 200 clients where 128 files may be open: the processor stays idle, some are served, and it recovers', async () => {
  const settings = 'smtpd_client_connection_count_limit = 1000\nsmtpd_client_connection_rate_limit = 10000\n';
  await using server = await startServer({ openFiles: 128, settings });
  const clients = Array.from({ length: CLIENTS }, () => connect(server.ports.smtp, '127.0.0.1'));
  let greeted = 0;
  let gone = 0;
  for (const client of clients) {
    client.once('data', (chunk) => {
      if (String(chunk).startsWith('220 ')) greeted += 1;
    });
    client.once('close', () => {
      gone += 1;
    });
    client.on('error', () => undefined);
  }
  await until('an answer to each', () => greeted + gone === CLIENTS);
  assert.ok(greeted > 0 && gone > 0, `${greeted} greeted, ${gone} turned away`);
  // What the start and the crowd have left to do ends; a loop that spins does not.
  await until('an idle processor', async () => {
    const before = processorMs(server.pid);
    await delay(2_000);
    return processorMs(server.pid) - before < 400;
  });
  const told = () => server.log().match(/connections turned away/g) ?? [];
  await until('a line of the log', () => told().length > 0);
  assert.equal(told().length, 1);

  const staying = clients.filter((client) => !client.destroyed);
  const left = Promise.all(staying.map((client) => once(client, 'close')));
  for (const client of staying) client.destroy();
  await left;
  // It hears of their end a moment later.
  const again = () => deliver(server, USER1, 'Subject: otra vez\r\n\r\nhola\r\n').catch(() => '');
  await until('a message that is taken', async () => (await again()).startsWith('250 '));
});

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
