// [T9] What a hostile name server may send: the reader says what it is, or that it is none, and never throws.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { type Answer, encode } from 'dns-packet';
import fc from 'fast-check';
import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { readDnsMessage, TYPE_NUMBERS } from './dns-message.ts';
import { readName } from './dns-name.ts';
import { readAnswer } from './read-answer.ts';
import { openResolver } from './resolver.ts';

const TYPES = ['A', 'AAAA', 'MX', 'TXT', 'PTR', 'NS', 'SRV', 'TLSA', 'CAA'] as const satisfies readonly DnsType[];
const NAME = 'example.org';

/** One record of each type, with a CNAME before it. */
const DATA: Readonly<Record<DnsType, unknown>> = {
  A: '192.0.2.1',
  AAAA: '2001:db8::1',
  MX: { preference: 10, exchange: 'mx.example.org' },
  TXT: ['v=spf1', '-all'],
  PTR: 'host.example.org',
  NS: 'ns.example.org',
  CNAME: 'mx.example.org',
  SRV: { priority: 1, weight: 2, port: 25, target: 'mx.example.org' },
  TLSA: { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, 7) },
  CAA: { flags: 0, tag: 'issue', value: 'ca.example.org' },
};

function wholeAnswer(type: DnsType): Buffer {
  const record = { name: 'alias.example.org', type, ttl: 60, class: 'IN', data: DATA[type] } as Answer;
  return encode({
    type: 'response',
    id: 1,
    questions: [{ name: NAME, type }],
    answers: [{ name: NAME, type: 'CNAME', ttl: 60, class: 'IN', data: 'alias.example.org' }, record],
  });
}

function judge(octets: Buffer, type: DnsType): void {
  const message = readDnsMessage(octets);
  if (message === undefined) return;
  const reading = readAnswer(message, { name: NAME, type });
  assert.ok(['found', 'no-data', 'no-such-name', 'alias', 'failed'].includes(reading.kind));
  if (reading.kind !== 'failed') assert.ok(reading.ttlSeconds >= 0 && reading.canonicalName.length <= 4 * 255);
  if (reading.kind === 'found') assert.ok(reading.records.length > 0 && !reading.records.includes(undefined as never));
}

test('[T9] octets at random', (context) => {
  const inputs = fc.tuple(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(...TYPES));
  alwaysHolds(
    context,
    fc.property(inputs, ([octets, type]) => judge(Buffer.from(octets), type)),
  );
});

test('[T9] answers with a few octets changed, cut off or drawn out', (context) => {
  const change = fc.tuple(fc.nat({ max: 200 }), fc.nat({ max: 255 }));
  const inputs = fc.tuple(
    fc.constantFrom(...TYPES),
    fc.array(change, { minLength: 1, maxLength: 6 }),
    fc.nat({ max: 40 }),
  );
  alwaysHolds(
    context,
    fc.property(inputs, ([type, changes, cut]) => {
      const octets = wholeAnswer(type);
      for (const [at, octet] of changes) octets[at % octets.length] = octet;
      judge(octets.subarray(0, octets.length - cut), type);
    }),
  );
});

test('[T9] a record whose data is shorter or longer than its type wants is none, whatever stands behind it', () => {
  for (const type of TYPES) {
    const whole = wholeAnswer(type);
    const start = dataStart(whole);
    const length = whole.readUInt16BE(start - 2);
    assert.equal(kindOf(whole, type), 'found', type);
    // A second record lies behind, so that a reader that goes on reads something.
    const behind = Buffer.alloc(300, 1);
    for (let wrong = 0; wrong < length + 3; wrong++) {
      if (wrong === length) continue;
      const octets = Buffer.concat([whole, behind]);
      octets.writeUInt16BE(wrong, start - 2);
      const isOpenEnded = type === 'TXT' || type === 'TLSA' || type === 'CAA';
      if (!isOpenEnded) assert.equal(kindOf(octets, type), 'failed', `${type} of ${wrong} octets`);
      else if (wrong < 3) assert.equal(kindOf(octets, type), 'failed', `${type} of ${wrong} octets`);
      else judge(octets, type);
    }
  }
});

test('[T9] names that point to themselves, forward or out of the message end', () => {
  const cases = [
    [0xc0, 0x00],
    [0xc0, 0x02, 0xc0, 0x00],
    [0xc0, 0x20],
    [0xff, 0xff],
    [0xc0],
    [0x3f, 0x61],
    [0x40, 0x61],
    [0x80, 0x00],
  ];
  for (const octets of cases) assert.equal(readName(Buffer.from(octets), 0), undefined, octets.join(' '));
  // Many names that all hang on one another: each is read in a bounded number of steps.
  const chain = Buffer.alloc(4_000);
  for (let at = 2; at < chain.length - 3; at += 4)
    chain.set([1, 0x61, 0xc0 | ((at - 4) >> 8), (at - 4) & 0xff], at + 2);
  assert.equal(readName(chain, chain.length - 4), undefined);
});

test('[T9] a name of thousands of pointers, each of which leads back, is none', () => {
  const chain = Buffer.alloc(0x3ff0);
  for (let at = 2; at < chain.length; at += 2) chain.writeUInt16BE(0xc000 | (at - 2), at);
  assert.equal(readName(chain, 0x3fee), undefined);
  assert.deepEqual(readName(chain, 200), { name: '', end: 202 });
});

test('[T9] a dot within a label divides nothing', () => {
  const wire = Buffer.from([11, ...Buffer.from('example.org'), 0]);
  assert.deepEqual(readName(wire, 0), { name: 'example\\046org', end: 13 });
});

test('[T9] a huge text is read whole, and a message that promises records it has not is none', () => {
  const strings = Array.from({ length: 250 }, () => Buffer.alloc(255, 'x'));
  const octets = encode({
    type: 'response',
    id: 1,
    questions: [{ name: NAME, type: 'TXT' }],
    answers: [{ name: NAME, type: 'TXT', ttl: 60, class: 'IN', data: strings }],
  });
  const message = readDnsMessage(octets);
  const reading = message && readAnswer(message, { name: NAME, type: 'TXT' });
  assert.equal(reading?.kind === 'found' && String(reading.records[0]).length, 63_750);
  octets.writeUInt16BE(65_535, 6);
  assert.equal(readDnsMessage(octets), undefined);
});

test('[T9] over the wire: each is a temporary failure', async () => {
  const hostile: Readonly<Record<string, (question: Buffer) => Buffer>> = {
    'a header alone': (question) => answerTo(question).subarray(0, 12),
    'a pointer to itself': (question) => Buffer.concat([answerTo(question), Buffer.from([0xc0, question.length])]),
    'a short MX': (question) => withRecord(question, 15, Buffer.from([0, 10])),
    'an MX that ends in its name': (question) => withRecord(question, 15, Buffer.from([0, 10, 5, 0x61])),
    'an alias with a dot within a label': (question) =>
      withRecord(question, 5, Buffer.from([11, ...Buffer.from('example.net'), 0])),
    'an alias of itself': (question) => withRecord(question, 5, Buffer.from([0xc0, 12])),
  };
  for (const [what, reply] of Object.entries(hostile)) {
    assert.deepEqual(await askHostile(reply), { kind: 'failed', reason: 'malformed' }, what);
  }
});

async function askHostile(reply: (question: Buffer) => Buffer): Promise<DnsAnswer<'MX'>> {
  const server = createSocket('udp4');
  server.on('message', (octets, peer) => server.send(reply(withoutOptions(octets)), peer.port, peer.address));
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  await using resolver = openResolver(
    { servers: [server.address()], hostsFile: '/dev/null', tryTimeoutMs: 2_000, rounds: 1 },
    { clock: steadyClock, randomness: systemRandomness },
  );
  try {
    return await resolver.resolve(NAME, 'MX');
  } finally {
    server.close();
  }
}

/** Header and question, without the OPT record behind them. */
function withoutOptions(octets: Buffer): Buffer {
  const name = readName(octets, 12);
  return Buffer.from(octets.subarray(0, (name?.end ?? 0) + 4));
}

/** One answer is promised. */
function answerTo(question: Buffer): Buffer {
  const octets = Buffer.from(question);
  octets.writeUInt16BE(0x8180, 2);
  octets.writeUInt16BE(1, 6);
  octets.writeUInt16BE(0, 10);
  return octets;
}

function withRecord(question: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([answerTo(question), head, data]);
}

function kindOf(octets: Buffer, type: DnsType): string {
  const message = readDnsMessage(octets);
  return message === undefined ? 'failed' : readAnswer(message, { name: NAME, type }).kind;
}

/** Of the second record. */
function dataStart(octets: Buffer): number {
  return readDnsMessage(octets)?.answers.find(({ type }) => type !== TYPE_NUMBERS.CNAME)?.start ?? 0;
}
