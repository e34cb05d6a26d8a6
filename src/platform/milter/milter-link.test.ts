import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FieldList } from '#mail/milters/field-list.ts';
import { FilteredMessage } from '#mail/milters/filtered-message.ts';
import { inspectMessage } from '#mail/milters/message-inspection.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Milter } from '#mail/ports/milter.ts';
import { contentOf } from '#mail/simulation/simulated-message.ts';
import { openContentStore } from '#platform/files/content-store.ts';
import { CONTINUE, givenMilter, type HeardPacket, type MilterScript } from '../../../test/world/given-milter.ts';
import { milterNamed, milterPorts } from '../../../test/world/milters.ts';

const SIZE = 50_000_000;
const MACROS = new Map<string, string>();
/** SMFIP_NR_BODY */
const UNANSWERED_BODY = 1 << 19;

function openLink(name: string, settings: Partial<Milter> = {}) {
  const milter = milterNamed(name, settings);
  return { milter, link: milterPorts().dialer.open(milter), macros: MACROS };
}

function largeMessage(onRead: (octets: number) => void = () => undefined): FilteredMessage {
  const large = contentOf(Buffer.alloc(0), SIZE);
  const content: MessageContent = {
    ...large,
    async *stream() {
      for await (const octets of large.stream()) {
        onRead(octets.length);
        yield octets;
      }
    },
  };
  return new FilteredMessage({
    fields: new FieldList([], []),
    body: { content, start: 0 },
    sender: undefined,
    completeAddress: () => undefined,
  });
}

test('a milter on a Unix socket; steps and their answers one after the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-milter-'));
  try {
    await using milter = await givenMilter({}, join(folder, 'socket'));
    const { link } = openLink(milter.name);
    const connect = { step: 'connect', host: 'localhost', address: '::1', port: 25 } as const;
    assert.deepEqual(await link.tell(connect, MACROS), { kind: 'continue' });
    assert.equal(milter.heard.at(-1), 'C localhost|6:::1');
    link.quit();
    assert.equal((await link.tell({ step: 'data' }, MACROS)).kind, 'failed');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a message of 50 MB passes in pieces, and waits while the milter does not read', async () => {
  const scripts: readonly [what: string, script: MilterScript, octets: number][] = [
    ['each piece answered', {}, SIZE],
    ['no piece answered', { steps: UNANSWERED_BODY }, SIZE],
    ['enough after the first', { answer: ({ letter }) => (letter === 'B' ? [['s']] : undefined) }, 65_535],
    ['not wanted', { steps: 1 << 4 }, 0],
  ];
  for (const [what, script, octets] of scripts) {
    let heard = 0;
    const answer = (packet: HeardPacket, socket: Socket) => {
      if (packet.letter === 'B') heard += packet.data.length;
      const said = script.answer?.(packet, socket);
      const isUnanswered = packet.letter === 'O' || (packet.letter === 'B' && script.steps === UNANSWERED_BODY);
      return said ?? (isUnanswered ? undefined : CONTINUE);
    };
    await using milter = await givenMilter({ ...script, answer, forgetsBodies: true });
    const inspector = openLink(milter.name);
    let read = 0;
    let farthest = 0;
    await using message = largeMessage((more) => {
      read += more;
      farthest = Math.max(farthest, read - heard);
    });
    await inspector.link.tell({ step: 'data' }, MACROS);
    const limits = { messageOctets: 0, changes: 10, changeOctets: 1_000 };
    const { answer: last } = await inspectMessage({ ...milterPorts(), limits }, inspector, message);
    inspector.link.quit();
    assert.equal(last.kind, 'continue', what);
    const pieces = milter.heard.filter((line) => line.startsWith('B ')).map((line) => Number(line.slice(2)));
    assert.equal(heard, octets, what);
    assert.ok(
      pieces.every((piece) => piece <= 65_535),
      what,
    );
    assert.ok(farthest < SIZE / 2, `${what}: it was ${farthest} octets behind`);
  }
});

test('a body of 50 MB that a milter writes goes to the disk as it comes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-milter-'));
  try {
    using contentStore = openContentStore({ folder });
    const piece = Buffer.from(`${'x'.repeat(63)}\n`.repeat(1_000));
    const pieces = SIZE / piece.length;
    await using milter = await givenMilter({
      forgetsBodies: true,
      answer({ letter }, socket) {
        if (letter !== 'E') return letter === 'O' ? undefined : [['c']];
        let sent = 0;
        const head = Buffer.from([0, 0, 0, 0, 'b'.charCodeAt(0)]);
        head.writeUInt32BE(piece.length + 1);
        const more = () => {
          while (sent < pieces) {
            sent += 1;
            if (!socket.write(Buffer.concat([head, piece]))) return void socket.once('drain', more);
          }
          socket.write(Buffer.from([0, 0, 0, 1, 'c'.charCodeAt(0)]));
        };
        more();
        return [];
      },
    });
    const inspector = openLink(milter.name);
    await inspector.link.tell({ step: 'data' }, MACROS);
    await using message = largeMessage();
    const limits = { messageOctets: 60_000_000, changes: 10, changeOctets: 1_000 };
    const { answer } = await inspectMessage({ contentStore, limits }, inspector, message);
    inspector.link.quit();
    assert.equal(answer.kind, 'continue');
    const { content } = message.current.body;
    assert.equal(content.sizeBytes, Math.ceil(pieces) * (piece.length + 1_000));
    assert.equal((await content.read(0, 66)).toString(), `${'x'.repeat(63)}\r\nx`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
