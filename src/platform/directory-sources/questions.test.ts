import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CachedAnswers } from './cached-answers.ts';
import { Failover, OutOfReach } from './failover.ts';
import { Turns } from './turns.ts';

const LIMITS = { ttlMs: 1_000, negativeTtlMs: 100, entries: 2 };

test('[T25] an answer is kept by everything that it hangs on, and no longer than it holds', async () => {
  let nowMs = 0;
  const answers = new CachedAnswers<string>(LIMITS, () => nowMs);
  const asked: string[] = [];
  const ask = (key: readonly string[], answer: string | undefined) =>
    answers.find(key, 'kept', async () => {
      asked.push(key.join('|'));
      return answer;
    });
  assert.equal(await ask(['a', 'b'], 'one'), 'one');
  assert.equal(await ask(['a', 'b'], 'other'), 'one');
  assert.equal(await ask(['a","b'], 'two'), 'two', 'no key is like two');
  nowMs = 1_000;
  assert.equal(await ask(['a', 'b'], 'three'), 'three');
  assert.equal(await ask(['none'], undefined), undefined);
  nowMs = 1_099;
  assert.equal(await ask(['none'], 'four'), undefined);
  nowMs = 1_100;
  assert.equal(await ask(['none'], 'four'), 'four');
  assert.equal(await ask(['third'], 'five'), 'five');
  assert.equal(await ask(['a', 'b'], 'six'), 'six', 'the oldest made room');
  assert.deepEqual(asked, ['a|b', 'a","b', 'a|b', 'none', 'none', 'third', 'a|b']);
});

test('who asks at the same moment shares the question; a failure is not kept; fresh is fresh', async () => {
  const answers = new CachedAnswers<number>(LIMITS, () => 0);
  let asked = 0;
  const ask = async () => {
    asked++;
    await new Promise((resolve) => setImmediate(resolve));
    if (asked === 1) throw new Error('not now');
    return asked;
  };
  const first = await Promise.allSettled([answers.find(['x'], 'kept', ask), answers.find(['x'], 'kept', ask)]);
  assert.deepEqual(
    first.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(asked, 1);
  assert.equal(await answers.find(['x'], 'kept', ask), 2);
  assert.equal(await answers.find(['x'], 'fresh', ask), 3);
  assert.equal(await answers.find(['x'], 'kept', ask), 3);
});

test('[T25] a slow answer to an earlier question does not take the place of a newer one', async () => {
  let nowMs = 0;
  const answers = new CachedAnswers<string>(LIMITS, () => nowMs);
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = answers.find(['x'], 'kept', () => promise);
  nowMs = 1;
  assert.equal(await answers.find(['x'], 'fresh', async () => 'new'), 'new');
  resolve('old');
  assert.equal(await slow, 'old');
  assert.equal(await answers.find(['x'], 'kept', async () => 'asked again'), 'new');
});

interface Client extends AsyncDisposable {
  readonly name: string;
}

function client(name: string): Client {
  return { name, [Symbol.asyncDispose]: async () => undefined };
}

test('the first server is asked; one that does not answer rests, and stands behind the others', async () => {
  let nowMs = 0;
  const servers = new Failover([client('one'), client('two')], () => nowMs, { restMs: 1_000, demotedMs: 10_000 });
  let down = new Set(['one']);
  const asked: string[] = [];
  const ask = () =>
    servers.ask(async ({ name }) => {
      asked.push(name);
      if (down.has(name)) throw new OutOfReach(`${name} is down`);
      return name;
    });
  assert.equal(await ask(), 'two');
  assert.equal(await ask(), 'two');
  assert.deepEqual(asked.splice(0), ['one', 'two', 'two']);
  down = new Set(['one', 'two']);
  nowMs = 2_000;
  await assert.rejects(ask(), /two is down; one is down/);
  asked.length = 0;
  await assert.rejects(ask(), OutOfReach);
  assert.deepEqual(asked, [], 'both rest');
  down = new Set();
  nowMs = 20_000;
  assert.equal(await ask(), 'one');
});

test('a mistake is no reason to ask another server', async () => {
  const servers = new Failover([client('one'), client('two')], () => 0);
  const asked: string[] = [];
  const question = servers.ask(async ({ name }) => {
    asked.push(name);
    throw new Error('no such column');
  });
  await assert.rejects(question, /no such column/);
  assert.deepEqual(asked, ['one']);
});

test('so many questions at a time, so many waiting, none for ever', async () => {
  const turns = new Turns({ atOnce: 1, waiting: 1, waitMs: 60_000 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = turns.take('db', () => promise);
  const second = turns.take('db', async () => 'second');
  await assert.rejects(
    turns.take('db', async () => 'third'),
    /db: too many questions wait/,
  );
  resolve('first');
  assert.deepEqual(await Promise.all([first, second]), ['first', 'second']);
  assert.equal(await turns.take('db', async () => 'again'), 'again');

  const impatient = new Turns({ atOnce: 1, waiting: 9, waitMs: 1 });
  const { promise: never } = Promise.withResolvers<void>();
  void impatient.take('db', () => never);
  await assert.rejects(
    impatient.take('db', async () => undefined),
    /too many questions wait/,
  );
});
