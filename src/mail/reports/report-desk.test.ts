import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { DecidedMessage } from '#mail/ports/message-reports.ts';
import type { ReportReader } from '#mail/ports/report-reader.ts';
import type { DaySum, KeepOutcome } from '#mail/ports/report-store.ts';
import { memoryContent } from '../../../test/world/content.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { DaySums } from './day-sums.ts';
import type { ObservedMessage } from './observe-message.ts';
import { type ReportRecord, recordsOf } from './received-report.ts';
import { ReportDesk } from './report-desk.ts';

function desk(read: ReportReader['read']) {
  const time = new VirtualTime();
  const log = collectingLog();
  const written: DaySum[][] = [];
  const kept: ReportRecord[] = [];
  const failures: WorldError[] = [];
  const store = {
    async addSums(sums: readonly DaySum[]) {
      const failure = failures.shift();
      if (failure) throw failure;
      written.push([...sums]);
    },
    async keep(record: ReportRecord): Promise<KeepOutcome> {
      kept.push(record);
      return 'kept';
    },
  };
  const sums = new DaySums({ store, clock: time, alarm: time, randomness: seededRandomness(), log });
  const world = { sums, reader: { read }, store, clock: time, log, isSending: () => true };
  const settings = { reportRecipients: ['dmarc@', 'informes@valija.test'], mostOctets: 10_000, mostDelayMs: 0 };
  return { time, log, written, kept, failures, sums, desk: new ReportDesk(world, settings) };
}

const message = (fields: Partial<DecidedMessage> = {}): DecidedMessage => ({
  queueId: 'Q',
  recipients: [{ localPart: 'dmarc', domain: 'valija.test' }],
  subject: 'Report Domain: valija.test',
  content: memoryContent(Buffer.from('x')),
  verdict: { outcome: 'permit', rule: 'permit', reply: { code: 250, enhanced: '2.0.0', lines: ['ok'] } },
  origin: undefined,
  isOwn: false,
  ...fields,
});

test('[T31] a flood of reports fills no memory: those beyond the limit are in the mailbox only', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { desk: open, log } = desk(async () => {
    await promise;
    return err({ kind: 'none' });
  });
  for (let count = 0; count < 55; count++) await open.note(message());
  assert.equal(log.lines.filter(({ text }) => /too many reports wait/.test(text)).length, 5);
  resolve();
  await open.settle();
  await open.note(message({ queueId: 'LATER' }));
  await open.settle();
  assert.doesNotMatch(log.text(), /LATER/);
});

test('[T31] those that come in at the same moment are counted before they are in memory', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { desk: open, log } = desk(async () => err({ kind: 'none' }));
  let inMemory = 0;
  const slow = {
    ...memoryContent(Buffer.from('x')),
    async read() {
      inMemory += 1;
      await promise;
      return Buffer.from('x');
    },
  };
  const noting = Array.from({ length: 55 }, () => open.note(message({ content: slow })));
  assert.equal(inMemory, 50);
  resolve();
  await Promise.all(noting);
  await open.settle();
  assert.equal(log.lines.filter(({ text }) => /too many reports wait/.test(text)).length, 5);
});

test('what breaks while one report is read keeps no other from being read, and takes no place for ever', async () => {
  let reads = 0;
  const { desk: open, log } = desk(async () => {
    reads += 1;
    if (reads <= 60) throw new Error('no thread could be started');
    return err({ kind: 'unreadable', reason: 'it was read' });
  });
  for (let count = 0; count < 61; count++) {
    await open.note(message());
    await open.settle();
  }
  assert.equal(log.lines.at(-1)?.text, 'Q: a report was not read: it was read');
});

test('which mail is for reports: one name in every domain, or one address; refused mail is not read', async () => {
  let reads = 0;
  const { desk: open } = desk(async () => {
    reads += 1;
    return err({ kind: 'none' });
  });
  for (const [localPart, domain, isRead] of [
    ['DMARC', 'otra.test', true],
    ['Informes', 'valija.test', true],
    ['informes', 'otra.test', false],
    ['dmarc2', 'valija.test', false],
  ] as const) {
    const before = reads;
    await open.note(message({ recipients: [{ localPart, domain }] }));
    await open.settle();
    assert.equal(reads > before, isRead, `${localPart}@${domain}`);
  }
  const before = reads;
  await open.note(message({ verdict: { ...message().verdict, outcome: 'reject' } }));
  await open.settle();
  assert.equal(reads, before);
});

test('a TLS report about several domains is one for each', async () => {
  const policy = (domain: string) => ({ domain, type: 'sts', successful: 1, failed: 0, failures: [] });
  const policies = [policy('a.test'), policy('b.test'), policy('a.test')];
  const { desk: open, kept } = desk(async () =>
    ok(
      recordsOf({
        kind: 'tls',
        report: { organisation: 'E\u001b[31m', contact: '', reportId: '1', beginSeconds: 0, endSeconds: 1, policies },
      }),
    ),
  );
  await open.note(message());
  await open.settle();
  assert.deepEqual(
    kept.map(({ domain }) => domain),
    ['a.test', 'b.test'],
  );
});

test('what goes wrong with a report is nothing to whoever sent the message', async () => {
  const { desk: open, log } = desk(async () => err({ kind: 'unreadable', reason: 'it is \u001b[31mred' }));
  const broken = {
    ...memoryContent(Buffer.from('x')),
    read: () => Promise.reject(new WorldError('read', { transient: true })),
  };
  await open.note(message({ content: broken }));
  const buggy = { ...broken, read: () => Promise.reject(new TypeError('ours')) };
  await open.note(message({ content: buggy }));
  await open.note(message());
  await open.note(message({ subject: 'Foto' }));
  await open.settle();
  assert.deepEqual(
    log.lines.map(({ level, text }) => `${level} ${text.split('\n')[0]}`),
    [
      'warn Q: a report was not read: read',
      'error Q: bug: TypeError: ours',
      'warn Q: a report was not read: it is ?[31mred',
      'info Q: a report was not read: it is ?[31mred',
    ],
  );
});

test('[C25] sums that cannot be kept are counted, said, and let go', async () => {
  const { sums, time, written, failures, log } = desk(async () => err({ kind: 'none' }));
  const observed = (sourceAddress: string): ObservedMessage => ({
    policyDomain: 'example.org',
    record: 'v=DMARC1; p=none; rua=mailto:a@example.org',
    row: {
      sourceAddress,
      disposition: 'none',
      dkim: 'fail',
      spf: 'fail',
      reasons: [],
      headerFrom: 'example.org',
      envelopeFrom: undefined,
      dkimResults: [],
      spfResults: [],
    },
  });
  for (let count = 0; count < 5; count++) sums.add(observed('192.0.2.1'), 0);
  await time.pass(3_000);
  assert.deepEqual(
    written.map((batch) => batch.map(({ count }) => count)),
    [[5]],
  );
  failures.push(new WorldError('reports', { transient: true }));
  sums.add(observed('192.0.2.1'), 0);
  await time.pass(3_000);
  assert.match(log.text(), /1 messages will not be in DMARC reports: .*reports/);
  const before = written.length;
  for (let at = 0; at < 10_003; at++) sums.add(observed(`2001:db8::${at.toString(16)}`), 0);
  await time.pass(3_000);
  const flood = written.slice(before);
  assert.equal(flood.flat().length, 10_000);
  // Whoever hands them over does other work in between.
  assert.ok(flood.every(({ length }) => length <= 500));
  assert.match(log.text(), /3 messages will not be in DMARC reports/);
});
