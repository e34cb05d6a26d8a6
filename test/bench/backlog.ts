// A queue with a long backlog: how soon the server is there, how soon somebody sees the first page of `queue list`, how
// much memory it takes. Once nothing falls due meanwhile: what is measured is the backlog's own weight. And once all of it is
// due at the start, as after a night without a network: no destination can be found.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { type TrackedRecipient, untried } from '#mail/queue/recipient-progress.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { callControl } from '#platform/ipc/control-client.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openQueueStore } from '#platform/queue-store/open-queue-store.ts';
import { writeConfig } from '../world/given-state.ts';
import { startServer } from '../world/running-server.ts';
import { residentBytesOf } from './accounting.ts';
import { median } from './median.ts';
import { sampleMessage } from './sample-message.ts';
import type { Table } from './table.ts';

const DESTINATIONS = 1_000;
const AT_ONCE = 256;
const HOUR_MS = 60 * 60 * 1000;
const LOOKS = 20;
const BETWEEN_LOOKS_MS = 150;
/** Nobody answers there. */
const NO_DNS = 'resolver_addresses = ["127.0.0.1:9"]\n';
const NO_PARAMETERS = { notify: undefined, orcpt: undefined };

export async function measureBacklog(folder: string, messages: number): Promise<Table> {
  return {
    title: `${messages} deferred messages`,
    columns: ['they are', 'ready after s', 'first page listed after s', 'first page ms', 'worst page ms', 'memory MB'],
    rows: [
      ['waiting', ...(await measure(join(folder, 'waiting'), messages, HOUR_MS))],
      ['all due', ...(await measure(join(folder, 'due'), messages, 0))],
    ],
  };
}

async function measure(folder: string, messages: number, dueInMs: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  writeConfig(folder, NO_DNS);
  await fill(folder, messages, dueInMs);
  const begunMs = performance.now();
  await using server = await startServer({ state: folder, settings: NO_DNS });
  const readySeconds = (performance.now() - begunMs) / 1_000;
  const pageMs = [await timeFirstPage(folder)];
  const listSeconds = (performance.now() - begunMs) / 1_000;
  while (pageMs.length < LOOKS) {
    await delay(BETWEEN_LOOKS_MS);
    pageMs.push(await timeFirstPage(folder));
  }
  return [
    readySeconds.toFixed(2),
    listSeconds.toFixed(2),
    median(pageMs).toFixed(0),
    Math.max(...pageMs).toFixed(0),
    (residentBytesOf([server.supervisorPid]) / 1e6).toFixed(0),
  ];
}

async function timeFirstPage(folder: string): Promise<number> {
  const begunMs = performance.now();
  const outcome = await callControl(join(folder, 'run', 'control.sock'), 'queue.list', { afterId: '' });
  if (!outcome.ok) throw new Error(`queue.list: ${JSON.stringify(outcome.error)}`);
  return performance.now() - begunMs;
}

async function fill(folder: string, messages: number, dueInMs: number): Promise<void> {
  const places = { database: join(folder, 'queue.db'), folder: join(folder, 'queue') };
  await using store = await openQueueStore(places, systemClock.nowMs(), { write: () => undefined });
  const arrivedMs = systemClock.nowMs() - HOUR_MS;
  let next = 0;
  const keep = async (): Promise<void> => {
    for (let number = next++; number < messages; number = next++) {
      await using content = memoryContent(sampleMessage(number));
      const { recipients, ...envelope } = messageOf(number, arrivedMs, content.sizeBytes);
      const tracked = recipients.map((recipient, i) => deferred(recipient, i, dueInMs));
      await store.keep(envelope, tracked, content);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keep));
}

function messageOf(number: number, arrivedMs: number, sizeBytes: number): QueuedMessage {
  const address = `persona${number}@host${number % DESTINATIONS}.example.org`;
  const destination = `host${number % DESTINATIONS}.example.org`;
  return {
    queueId: `4B${number.toString(36).toUpperCase().padStart(10, '0')}`,
    arrivedMs,
    sender: `usuario${number % 100}@valija.test`,
    body: '7BIT',
    smtpUtf8: false,
    dsn: { ret: undefined, envid: undefined },
    origin: `usuario${number % 100}@valija.test`,
    prefix: Buffer.alloc(0),
    sizeBytes,
    recipients: [
      { address, original: address, parameters: NO_PARAMETERS, nextHop: { transport: 'smtp', destination } },
    ],
  };
}

function deferred(recipient: QueuedMessage['recipients'][number], number: number, dueInMs: number): TrackedRecipient {
  const nowMs = systemClock.nowMs();
  const tried = untried(recipient, number, nowMs + dueInMs);
  const outcome = { kind: 'deferred', status: '4.4.1', text: 'connect to the next server: timed out' } as const;
  return {
    ...tried,
    progress: { ...tried.progress, attempts: 1, firstAttemptMs: nowMs, lastAttemptMs: nowMs, outcome },
  };
}
