// Bodies hashed in a thread: as in this one, many at once, whatever happens amid one of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { bodyOctets } from '#mail/acceptance/body-octets.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { hashRelaxedBody } from '#protocols/dkim/body-hash.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { BodyHashes } from './body-hashes.ts';

const HEAD = 'Subject: hola\r\n\r\n';

function letter(line: string, lines: number): MessageContent {
  return memoryContent(Buffer.from(HEAD + line.repeat(lines), 'latin1'));
}

/** As a file's octets come; `failAt`: the disk fails at that piece. */
function inPieces(line: string, lines: number, pieces: number, failAt?: number): MessageContent {
  const piece = Buffer.from(line.repeat(lines), 'latin1');
  return {
    ...memoryContent(piece),
    sizeBytes: piece.length * pieces,
    async *stream() {
      for (let at = 0; at < pieces; at++) {
        if (at === failAt) throw new WorldError('reading a message', { transient: true });
        yield piece;
      }
    },
  };
}

test('[C23] small and large bodies have the hash that they have in this thread, many at once', async () => {
  await using hashes = new BodyHashes();
  const contents = [
    letter('uno  dos \r\n', 3),
    letter('uno  dos \r\n', 10_000),
    letter('\r\n', 20_000),
    inPieces('uno\ttres', 5_000, 7),
    letter('', 0),
  ];
  const starts = [HEAD.length, HEAD.length, HEAD.length, 17_000, HEAD.length];
  const here = contents.map((content, i) => hashRelaxedBody(bodyOctets(content, starts[i] ?? 0)));
  const there = contents.map((content, i) => hashes.hash(content, starts[i] ?? 0));
  assert.deepEqual(await Promise.all(there), await Promise.all(here));
});

test('a message that cannot be read to its end disturbs no other', async () => {
  await using hashes = new BodyHashes();
  const good = inPieces('hola \r\n', 5_000, 6);
  const bad = hashes.hash(inPieces('hola \r\n', 5_000, 6, 3), 0);
  const [hash] = await Promise.all([hashes.hash(good, 0), assert.rejects(bad, WorldError)]);
  assert.deepEqual(hash, await hashRelaxedBody(bodyOctets(good, 0)));
});

test('more bodies at once than may wait are refused, and those before them are not', async () => {
  await using hashes = new BodyHashes(2);
  const content = letter('hola\r\n', 10_000);
  const answers = await Promise.allSettled([1, 2, 3].map(() => hashes.hash(content, 0)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'fulfilled', 'rejected']);
  assert.ok((await hashes.hash(content, 0)).length === 32);
});

test('whoever waits when the server stops is refused', async () => {
  const hashes = new BodyHashes();
  const waiting = assert.rejects(hashes.hash(letter('hola\r\n', 10_000), 0), WorldError);
  await hashes[Symbol.asyncDispose]();
  await waiting;
});

test('[C23] a body of 50 MB costs the event loop a fraction of its hash, and no piece more than a moment', async () => {
  await using hashes = new BodyHashes();
  const piece = 'una frase entera de texto, con sus blancos\r\n';
  const content = inPieces(piece, 6_000, 200);
  const cpuMs = async (work: () => Promise<unknown>) => {
    const before = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  await hashes.hash(content, 0);
  const here = await cpuMs(() => hashRelaxedBody(bodyOctets(content, 0)));
  const there = await cpuMs(() => hashes.hash(content, 0));
  assert.ok(there < here / 2, `${there} ms here for a hash of ${here} ms`);
});
