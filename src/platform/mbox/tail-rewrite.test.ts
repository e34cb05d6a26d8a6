// Every write of a rewrite is a place to be killed at: the test stops there, lets another program deliver, and finishes.

import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { finishRewrite } from './finish-rewrite.ts';
import type { Segment } from './rescue-file.ts';
import { rewriteTail } from './tail-rewrite.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-rewrite-'));
const path = join(folder, 'mbox');
const rescue = join(folder, 'rescue');
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
});

class Killed extends Error {}

/** The file, that dies at the given step; what is written in one call goes in half at that step. */
function dyingAt(file: FileHandle, step: number): FileHandle {
  let steps = 0;
  const isLast = () => {
    if (steps > step) throw new Killed();
    return steps++ === step;
  };
  return new Proxy(file, {
    get(target, name) {
      if (name === 'write') {
        return async (octets: Buffer, offset: number, length: number, position: number) => {
          if (!isLast()) return await target.write(octets, offset, length, position);
          // Up to the end of a page, as the kernel does it.
          const half = Math.max(0, Math.floor((position + length / 2) / 4096) * 4096 - position);
          if (half > 0) await target.write(octets, offset, half, position);
          throw new Killed();
        };
      }
      if (name === 'truncate') {
        return async (size: number) => {
          if (isLast()) throw new Killed();
          await target.truncate(size);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const OLD = Buffer.from(Array.from({ length: 6000 }, (_, i) => `line ${i} of the old mailbox\n`).join(''));
const START = 5_000;
const MORE = Buffer.from('x'.repeat(9_999));
const range = (start: number, end: number): Segment => ({ kind: 'range', start, end });
const octets = (text: Buffer): Segment => ({ kind: 'octets', octets: text });
const PLANS: readonly (readonly [string, readonly Segment[]])[] = [
  ['grows', [octets(MORE), range(START, OLD.length)]],
  ['shrinks', [range(START + 30_000, OLD.length)]],
  ['shrinks by little', [range(START + 10, OLD.length)]],
  ['changes in its place', [octets(Buffer.from('y'.repeat(8_000))), range(START + 8_000, OLD.length)]],
  ['loses its end', [range(START, START + 100)]],
  ['loses all behind', []],
];
const DELIVERED = Buffer.from('From another program\n\nhello\n\n');

for (const [name, segments] of PLANS) {
  test(`[C17] a mailbox that ${name}: killed at any step, it is the old one or the new one, and what came is behind it`, async () => {
    const parts = segments.map((segment) =>
      segment.kind === 'octets' ? segment.octets : OLD.subarray(segment.start, segment.end),
    );
    const fresh = Buffer.concat([OLD.subarray(0, START), ...parts]);
    let ends = 0;
    for (let step = 0; ends < 2; step++) {
      for (const delivered of [Buffer.alloc(0), DELIVERED]) {
        writeFileSync(path, OLD);
        const file = await open(path, 'r+');
        const wasKilled = await rewriteTail(dyingAt(file, step), rescue, { start: START, segments }).then(
          () => false,
          (cause) => {
            if (cause instanceof Killed) return true;
            throw cause;
          },
        );
        if (!wasKilled) ends++;
        appendFileSync(path, delivered);
        const end = await finishRewrite(file, rescue);
        assert.notEqual(end, 'set-aside', `step ${step}`);
        const now = readFileSync(path);
        const isNew = now.equals(Buffer.concat([fresh, delivered]));
        assert.ok(isNew || now.equals(Buffer.concat([OLD, delivered])), `step ${step}, ${end}: ${now.length} octets`);
        assert.ok(wasKilled || isNew, 'finished, and not the new one');
        assert.equal(await finishRewrite(file, rescue), 'nothing');
        await file.close();
      }
    }
    assert.deepEqual(
      readdirSync(folder).filter((file) => file !== 'mbox'),
      [],
    );
  });
}

test('killed while it finishes, it is finished the next time', async () => {
  for (const [, segments] of PLANS.slice(0, 4)) {
    for (let first = 0; first < 6; first++) {
      for (let second = 0; second < 6; second++) {
        writeFileSync(path, OLD);
        const file = await open(path, 'r+');
        await rewriteTail(dyingAt(file, first), rescue, { start: START, segments }).catch(() => undefined);
        appendFileSync(path, DELIVERED);
        await finishRewrite(dyingAt(file, second), rescue).catch((cause) => assert.ok(cause instanceof Killed, cause));
        appendFileSync(path, DELIVERED);
        assert.notEqual(await finishRewrite(file, rescue), 'set-aside', `steps ${first} and ${second}`);
        const now = readFileSync(path);
        const parts = segments.map((segment) =>
          segment.kind === 'octets' ? segment.octets : OLD.subarray(segment.start, segment.end),
        );
        const [old, fresh] = [OLD, Buffer.concat([OLD.subarray(0, START), ...parts])].map((each) =>
          Buffer.concat([each, DELIVERED, DELIVERED]),
        );
        assert.ok(now.equals(old!) || now.equals(fresh!), `steps ${first} and ${second}: ${now.length} octets`);
        await file.close();
      }
    }
  }
});

test('what another program changed since is left alone, and the rescue file is set aside', async () => {
  writeFileSync(path, OLD);
  const file = await open(path, 'r+');
  await rewriteTail(dyingAt(file, 1), rescue, { start: START, segments: PLANS[0]![1] }).catch(() => undefined);
  const changed = readFileSync(path);
  changed.write('another program was here', START + 50_000);
  writeFileSync(path, changed);
  assert.equal(await finishRewrite(file, rescue), 'set-aside');
  assert.ok(readFileSync(path).equals(changed));
  assert.equal(readdirSync(folder).filter((name) => name.endsWith('.set-aside')).length, 1);
  await file.close();
});
