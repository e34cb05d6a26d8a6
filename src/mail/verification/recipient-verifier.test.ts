import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProbeAnswer } from '#mail/ports/recipient-probe.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { type KnownRecipient, KnownRecipients } from './known-recipients.ts';
import { RecipientVerifier } from './recipient-verifier.ts';

const HOP = { transport: 'smtp', destination: '[192.0.2.1]' } as const;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SETTINGS = {
  address_verify_positive_expire_time: 31 * DAY,
  address_verify_positive_refresh_time: 7 * DAY,
  address_verify_negative_expire_time: 3 * DAY,
  address_verify_negative_refresh_time: 3 * HOUR,
  address_verify_poll_count: 3,
  address_verify_poll_delay: 3_000,
};

/** A server that says `says.kind`, after `says.tookMs`. */
function house() {
  const time = new VirtualTime();
  const says: { kind: ProbeAnswer['kind']; tookMs: number } = { kind: 'deliverable', tookMs: 100 };
  const asked: string[] = [];
  const known = new KnownRecipients(100);
  const probe = {
    async probe(address: string): Promise<ProbeAnswer> {
      asked.push(address);
      const { kind, tookMs } = says;
      await new Promise<void>((resolve) => void time.after(tookMs, resolve));
      return { kind, text: `said ${kind}` };
    },
  };
  const verifier = new RecipientVerifier({ probe, known, clock: time, alarm: time, log: collectingLog() }, SETTINGS);
  const kindOf = async (address: string) => {
    const asking = verifier.probe(address, HOP);
    await time.pass(10_000);
    return (await asking).kind;
  };
  return { time, says, asked, known, verifier, kindOf };
}

test('[C29] a server is asked once; its answer is kept, and asked for again before it grows old', async () => {
  for (const [kind, refreshMs, expireMs] of [
    ['deliverable', 7 * DAY, 31 * DAY],
    ['undeliverable', 3 * HOUR, 3 * DAY],
  ] as const) {
    const { time, says, asked, kindOf } = house();
    says.kind = kind;
    assert.equal(await kindOf('Ana@relay.test'), kind);
    assert.equal(await kindOf('ana@RELAY.test'), kind);
    assert.deepEqual(asked, ['Ana@relay.test']);
    await time.pass(refreshMs);
    assert.equal(await kindOf('ana@relay.test'), kind);
    assert.equal(asked.length, 2, 'the known answer at once, and a question behind it');
    assert.equal(await kindOf('ana@relay.test'), kind);
    assert.equal(asked.length, 2);
    says.tookMs = HOUR;
    await time.pass(expireMs);
    assert.equal(await kindOf('ana@relay.test'), 'unknown', 'what is too old is no answer');
  }
});

test('[C29] a server that is away: known recipients stay known, others are unknown for a minute', async () => {
  const { time, says, asked, kindOf } = house();
  await kindOf('ana@relay.test');
  says.kind = 'unknown';
  await time.pass(8 * DAY);
  assert.equal(await kindOf('ana@relay.test'), 'deliverable');
  assert.equal(await kindOf('ana@relay.test'), 'deliverable', 'a failed question does not overrule a yes');
  const before = asked.length;
  assert.equal(await kindOf('bea@relay.test'), 'unknown');
  assert.equal(await kindOf('bea@relay.test'), 'unknown');
  assert.equal(asked.length, before + 1);
  says.kind = 'deliverable';
  await time.pass(60_000);
  assert.equal(await kindOf('bea@relay.test'), 'deliverable');
});

test('[C29] nobody waits longer than poll count times poll delay; the answer comes for the next', async () => {
  const { time, says, verifier, asked } = house();
  says.tookMs = 60_000;
  const waits = [verifier.probe('ana@relay.test', HOP), verifier.probe('ana@relay.test', HOP)];
  await time.pass(9_000);
  for (const each of waits) assert.equal((await each).text, 'Address verification in progress');
  await time.pass(60_000);
  assert.equal((await verifier.probe('ana@relay.test', HOP)).kind, 'deliverable');
  assert.equal(asked.length, 1);
});

test('a server that never answers does not hold up the questions to another', async () => {
  const { time, says, verifier } = house();
  says.tookMs = 1e9;
  for (let i = 0; i < 50; i++) void verifier.probe(`n${i}@slow.test`, { ...HOP, destination: 'slow.test' });
  says.tookMs = 100;
  const answer = verifier.probe('ana@relay.test', HOP);
  await time.pass(100);
  assert.equal((await answer).kind, 'deliverable');
});

test('who tries a thousand names asks few at once, and drives out nobody who exists', async () => {
  const { says, verifier, asked, known, kindOf } = house();
  await kindOf('ana@relay.test');
  says.kind = 'undeliverable';
  const kinds = await Promise.all([
    ...Array.from({ length: 1_000 }, (_, i) => verifier.probe(`n${i}@relay.test`, HOP)).slice(20),
  ]);
  assert.ok(kinds.every(({ kind }) => kind === 'unknown'));
  assert.equal(asked.length, 21);
  for (let i = 0; i < 1_000; i++) {
    known.learn({ address: `m${i}@relay.test`, kind: 'undeliverable', text: '', heardMs: 0 });
  }
  assert.equal(known.all().length, 101);
  assert.equal(known.find('ana@relay.test')?.kind, 'deliverable');
  assert.equal(known.find('m899@relay.test'), undefined);
});

test('what is known is what was kept, the last word of each', () => {
  const kept: KnownRecipient[] = [
    { address: 'ana@relay.test', kind: 'undeliverable', text: 'no', heardMs: 1 },
    { address: 'ana@relay.test', kind: 'deliverable', text: 'yes', heardMs: 2 },
  ];
  assert.deepEqual(new KnownRecipients(10, kept).all(), kept.slice(1));
});
