import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configDigest } from '#platform/config/config-history.ts';
import type { CommandContext } from '../command-context.ts';
import { loadFile } from './load-file.ts';

test('config apply: a worker that ends over the new file is waited for, and what the next one refuses is taken back', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-load-file-'));
  const file = join(folder, 'valija.toml');
  writeFileSync(file, 'before');
  // The server's side: each status that is asked for, answered by the next of these; without one the worker ends.
  const inForce = { digest: configDigest('before'), refusal: null, supervisorPid: process.pid };
  const refused = { ...inForce, refusal: { atMs: Number.MAX_SAFE_INTEGER, text: 'the port is taken' } };
  const answers = [inForce, undefined, refused];
  const server = createServer((socket) => {
    socket.on('data', (line) => {
      const { id, method } = JSON.parse(line.toString()) as { id: number; method: string };
      const value = method === 'status' ? { configuration: answers.shift() } : {};
      if ('configuration' in value && value.configuration === undefined) socket.destroy();
      else socket.write(`${JSON.stringify({ id, ok: true, value })}\n`);
    });
  });
  const control = join(folder, 'control.sock');
  await new Promise<void>((resolve) => server.listen(control, resolve));
  const signals: string[] = [];
  const onSignal = () => void signals.push(readFileSync(file, 'utf8'));
  process.on('SIGHUP', onSignal);
  t.after(() => {
    process.off('SIGHUP', onSignal);
    server.close();
    rmSync(folder, { recursive: true });
  });

  const context = {
    say: (key: string, values: object) => `${key} ${JSON.stringify(values)}`,
    environment: {},
  } as unknown as CommandContext;
  const loading = loadFile(context, { file, text: 'after', control, how: 'apply', untilMs: undefined });
  await assert.rejects(loading, /config\.apply\.refused.*the port is taken/);
  assert.deepEqual([answers.length, signals, readFileSync(file, 'utf8')], [0, ['after'], 'before']);
});
