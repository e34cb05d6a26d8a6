import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { createReportPost } from './post-report.ts';

const NEVER = new AbortController().signal;
const REPORT = Buffer.from('report');

test('a record of strangers sends nobody behind our firewall: by a name, by an address, however it is written', async (t) => {
  let connections = 0;
  const inner = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  t.after(() => inner.close());
  await once(inner, 'listening');
  const { port } = inner.address() as { port: number };
  const asAddress = async (host: string) => ok([host]);
  const toInner = async () => ok(['127.0.0.1']);
  for (const [url, find] of [
    [`https://reports.example.org:${port}/`, toInner],
    [`https://127.0.0.1:${port}/`, asAddress],
    [`https://0x7f.1:${port}/`, asAddress],
    [`https://[::ffff:127.0.0.1]:${port}/`, asAddress],
  ] as const) {
    const post = createReportPost(find, { allowsPrivate: false });
    await assert.rejects(post(url, REPORT, NEVER), /is not on the Internet/, url);
  }
  assert.equal(connections, 0);
  const inLab = createReportPost(toInner, { allowsPrivate: true });
  await assert.rejects(inLab(`https://reports.example.org:${port}/`, REPORT, NEVER), WorldError);
  assert.equal(connections, 1);
});
