// Asking and answering over a real private stream: both ways, in any number, and what becomes of it when a side is gone.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { type Channel, MOST_OPEN_ASKS } from './channel.ts';
import { connectPeer } from './connect-peer.ts';
import { LONGEST_BODY_BYTES, LONGEST_HEAD_BYTES } from './frame.ts';
import { borrow, isLoan, Lender } from './lent-content.ts';
import { PeerGone } from './peer-gone.ts';
import { PeerListener } from './peer-listener.ts';
import { abstractPath, formatGreeting } from './peer-proof.ts';

interface Pair extends AsyncDisposable {
  /** As the hub has it. */
  readonly hub: Channel;
  readonly peer: Channel;
  readonly listener: PeerListener;
  readonly place: { readonly hub: string; readonly name: string; readonly token: string };
}

test('either side asks, and the other answers, with octets as they are', async () => {
  await using pair = await openPair();
  const octets = randomBytes(LONGEST_BODY_BYTES);
  pair.peer.serve('echo', (head, body) => ({ head, body }));
  pair.hub.serve('count', (_head, body) => ({ head: { octets: body.length } }));
  const echoed = await pair.hub.ask('echo', { word: 'ñandú' }, octets);
  assert.deepEqual(echoed.head, { word: 'ñandú' });
  assert.ok(echoed.body.equals(octets));
  assert.deepEqual(await pair.peer.ask('count', {}, octets), {
    head: { octets: octets.length },
    body: Buffer.alloc(0),
  });
  assert.ok(pair.hub.isQuiet && pair.peer.isQuiet);
});

test('what is asked before the other serves in the same turn is answered', async () => {
  const { listener, place, arrived } = await listen();
  await using _ = listener;
  const peer = await connectPeer(place);
  const asked = peer.ask('first', {});
  const hub = await arrived;
  hub.serve('first', () => ({ head: 1 }));
  assert.equal((await asked).head, 1);
  await peer.close();
});

test('a failing world stays one, with its reason; a bug keeps its stack; an unknown kind is refused', async () => {
  await using pair = await openPair();
  pair.hub.serve('later', () => {
    throw new WorldError('/var/mail/usuario2', { transient: true, cause: new Error('ENOSPC') });
  });
  pair.hub.serve('bug', async () => assert.fail('off by one'));
  await assert.rejects(
    pair.peer.ask('later', {}),
    (error) => error instanceof WorldError && error.transient && /usuario2: ENOSPC/.test(error.message),
  );
  await assert.rejects(
    pair.peer.ask('bug', {}),
    (error) =>
      error instanceof WorldError && !error.transient && /channel\.test\.ts/.test((error.cause as Error).stack ?? ''),
  );
  await assert.rejects(pair.peer.ask('what?', {}), /nobody answers what\?/);
  await assert.rejects(pair.peer.ask('long', 'x'.repeat(LONGEST_HEAD_BYTES)), /a head of \d+ octets/);
  await assert.rejects(pair.peer.ask('long', {}, Buffer.alloc(LONGEST_BODY_BYTES + 1)), /a body of \d+ octets/);
  assert.ok(pair.peer.isOpen);
});

test('more asks than may be open wait; two that ask each other all the time do not block each other', async () => {
  await using pair = await openPair();
  let open = 0;
  let most = 0;
  pair.hub.serve('work', async (head) => {
    open += 1;
    most = Math.max(most, open);
    const { body } = await pair.hub.ask('piece', head);
    open -= 1;
    return { head: body.length };
  });
  pair.peer.serve('piece', () => ({ body: Buffer.alloc(100_000) }));
  const count = 4 * MOST_OPEN_ASKS;
  const answers = await Promise.all(Array.from({ length: count }, (_, at) => pair.peer.ask('work', at)));
  assert.ok(answers.every(({ head }) => head === 100_000));
  assert.equal(most, MOST_OPEN_ASKS);
});

test('[T8] a goodbye lets what was begun end and says that the rest was not begun', async () => {
  await using pair = await openPair();
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  pair.peer.serve('slow', async () => {
    begun.resolve();
    await finish.promise;
    return { head: 'done' };
  });
  const slow = pair.hub.ask('slow', {});
  await begun.promise;
  const closed = pair.peer.close();
  finish.resolve();
  assert.equal((await slow).head, 'done');
  const late = pair.hub.ask('slow', {});
  await assert.rejects(late, (error) => error instanceof PeerGone && !error.mayHaveBegun);
  await closed;
  await pair.hub.closed;
  await assert.rejects(pair.hub.ask('slow', {}), PeerGone);
});

test('a peer that is killed: what was open may have begun, and its token opens the door again', async () => {
  const { listener, place, arrived } = await listen();
  await using _ = listener;
  const socket = await greet(place);
  const hub = await arrived;
  const asked = hub.ask('anything', {});
  await nextTurn();
  socket.destroy();
  await assert.rejects(asked, (error) => error instanceof PeerGone && error.mayHaveBegun && error.transient);
  await hub.closed;
  await (await connectPeer(place)).close();
});

test('[T8] what is no frame, no message, or more than may be open ends that one channel', async () => {
  const ask = frame({ ask: 1, kind: 'never' });
  for (const [at, octets] of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    frame('no message'),
    frame({ answer: 'x' }),
    Buffer.concat([Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]), Buffer.from('{]')]),
    Buffer.concat(Array(MOST_OPEN_ASKS + 1).fill(ask)),
  ].entries()) {
    const { listener, place, arrived } = await listen();
    await using _ = listener;
    const socket = await greet(place);
    const hub = await arrived;
    hub.serve('never', () => new Promise(() => undefined));
    socket.write(octets);
    await hub.closed;
    assert.equal(hub.isOpen, false, String(at));
    socket.destroy();
  }
});

test('content of any size is lent for the time of a question, and no longer', async () => {
  await using pair = await openPair();
  const octets = randomBytes(3 * LONGEST_BODY_BYTES + 17);
  const lender = new Lender(pair.hub);
  let kept: MessageContent | undefined;
  pair.peer.serve('deliver', async (head) => {
    assert.ok(isLoan(head));
    const content = borrow(pair.peer, head);
    kept = content;
    const pieces: Buffer[] = [];
    for await (const piece of content.stream()) pieces.push(piece);
    assert.ok(Buffer.concat(pieces).equals(octets));
    assert.ok((await content.read(1_000_000, 1_000_000)).equals(octets.subarray(1_000_000, 2_000_000)));
    assert.equal((await content.read(octets.length - 5, 100)).length, 5);
    assert.equal((await content.read(octets.length, 100)).length, 0);
    return { head: content.sizeBytes };
  });
  const answer = await lender.lend(memoryContent(octets), (loan) => pair.hub.ask('deliver', loan));
  assert.equal(answer.head, octets.length);
  await assert.rejects(async () => kept?.read(0, 10), /this is not lent/);
});

test('strangers: no proof, another token, a second connection, a hub that is none', async () => {
  const { listener, place, arrived } = await listen();
  await using _ = listener;
  const other = { ...place, token: randomBytes(32).toString('hex') };
  await assert.rejects(connectPeer(other), /we were not let in/);
  await assert.rejects(connectPeer({ ...place, name: 'valija-nobody-there' }), /ECONNREFUSED/);
  const silent = connect(abstractPath(place.name));
  const dropped = new Promise((resolve) => silent.once('close', resolve));
  const peer = await connectPeer(place);
  const hub = await arrived;
  await assert.rejects(connectPeer(place), /we were not let in/);
  assert.ok(hub.isOpen);
  await dropped;
  listener.forget(place.token);
  await peer.closed;
  await assert.rejects(connectPeer(place), /we were not let in/);
});

test('a crowd of strangers does not keep a peer out', async () => {
  const { listener, place } = await listen();
  await using _ = listener;
  const crowd = Array.from({ length: 200 }, () => connect(abstractPath(place.name)).on('error', () => undefined));
  await (await connectPeer(place)).close();
  for (const stranger of crowd) stranger.destroy();
});

test('a program that took the name of a hub that is gone hears nothing, and learns nothing that helps it', async () => {
  const place = { hub: 'worker', name: `valija-test-${randomBytes(16).toString('hex')}`, token: '00'.repeat(32) };
  const heard: Buffer[] = [];
  const squatter = createServer((socket) => {
    socket.on('data', (chunk) => heard.push(chunk) && socket.write(chunk)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => squatter.listen(abstractPath(place.name), resolve));
  await assert.rejects(connectPeer(place), /another program is there/);
  assert.ok(!Buffer.concat(heard).includes(Buffer.from(place.token, 'hex')));
  squatter.close();
});

async function listen() {
  const { promise: arrived, resolve } = Promise.withResolvers<Channel>();
  const name = `valija-test-${randomBytes(16).toString('hex')}`;
  const token = randomBytes(32).toString('hex');
  const listener = new PeerListener((peer, channel) => peer.role === 'outbound' && resolve(channel));
  await listener.listen(name);
  listener.expect(token, { role: 'outbound' });
  return { listener, arrived, place: { hub: 'worker', name, token } };
}

async function openPair(): Promise<Pair> {
  const { listener, place, arrived } = await listen();
  const peer = await connectPeer(place);
  const hub = await arrived;
  return { hub, peer, listener, place, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };
}

/** The peer's side by hand. */
function greet({ name, token }: { name: string; token: string }): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(abstractPath(name));
    socket.once('error', reject);
    socket.once('data', () => resolve(socket.off('error', reject).on('error', () => undefined)));
    socket.write(formatGreeting(token, 'peer'));
  });
}

function frame(head: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(text.length);
  return Buffer.concat([lengths, text]);
}
