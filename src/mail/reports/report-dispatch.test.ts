import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { OwnMessage } from '#mail/ports/own-mail.ts';
import type { DueReport, SentReport } from '#mail/ports/report-store.ts';
import { openDns } from '../../../test/world/dns.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { until } from '../../../test/world/until.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { formatCountedRows } from './counted-rows.ts';
import { DAY_MS } from './day-sums.ts';
import { ReportDispatch } from './report-dispatch.ts';

const DAY = Date.UTC(2026, 10, 20);
const failure = () => new WorldError('disk', { transient: true });

const DUE: DueReport = {
  dayMs: DAY,
  beginMs: DAY,
  policyDomain: 'example.org',
  record: 'v=DMARC1; p=none; rua=mailto:a@example.org,mailto:b@example.org',
  attempts: 0,
  uncounted: 7,
  messages: 3,
  rows: rowOf('192.0.2.1', 3),
};
const OTHER_ROW = rowOf('192.0.2.2', 1);

function rowOf(sourceAddress: string, count: number): string {
  return formatCountedRows([
    {
      ...{ sourceAddress, count, disposition: 'none', dkim: 'fail', spf: 'fail', reasons: [] },
      ...{ headerFrom: 'example.org', envelopeFrom: undefined, dkimResults: [], spfResults: [] },
    },
  ]);
}

/** A store of one report, whose disk fails when a test says so. */
function given(dns: Awaited<ReturnType<typeof openDns>>, due: DueReport = DUE) {
  const time = new VirtualTime(DAY + 2 * DAY_MS);
  const log = collectingLog();
  const posted: OwnMessage[] = [];
  const closed: (readonly SentReport[])[] = [];
  const closedRows: string[] = [];
  const faults = { close: 0, post: 0 };
  /** Nothing is posted before it. */
  const gate = { before: Promise.resolve() };
  /** Nothing can be posted to them: their mailbox is full. */
  const full = new Set<string>();
  let waiting: DueReport | undefined = due;
  let postponedMs = 0;
  const dispatch = new ReportDispatch({
    store: {
      findDue: async (byMs, _withToday, after) => (byMs >= postponedMs && after === undefined ? waiting : undefined),
      async postpone(_report, dueMs) {
        waiting = waiting && { ...waiting, attempts: waiting.attempts + 1 };
        postponedMs = dueMs;
      },
      async close(report, outcomes) {
        if (faults.close-- > 0) throw failure();
        closed.push(outcomes);
        closedRows.push(report.rows);
        waiting = undefined;
      },
    },
    ownMail: {
      async post(message) {
        await gate.before;
        if (faults.post-- > 0 || full.has(message.recipient)) throw failure();
        posted.push(message);
        return `Q${posted.length}`;
      },
    },
    dns: dns.resolver,
    clock: time,
    alarm: time,
    log,
    compress: async (pieces) => Buffer.from([...pieces].join('')),
    generator: 'Valija 0.0',
    settings: () => ({ from: 'postmaster@valija.test', organisation: 'valija.test' }),
    flush: async () => undefined,
    maySend: async () => true,
  });
  /** Another message of the same day. */
  const add = () => {
    waiting = waiting && { ...waiting, rows: `${waiting.rows}\n${OTHER_ROW}`, messages: waiting.messages + 1 };
  };
  return { time, log, posted, closed, closedRows, faults, full, gate, dispatch, add };
}

const xmlOf = (message: OwnMessage | undefined) =>
  Buffer.from(
    /\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--=_[0-9a-f]+--/.exec(message?.octets.toString() ?? '')?.[1] ?? '',
    'base64',
  ).toString();

test('[C25] each address gets the report, and what is not in it is said', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, posted, closed } = given(dns);
  await dispatch.sendNow(false);
  assert.deepEqual(
    posted.map(({ sender, recipient }) => [sender, recipient]),
    [
      ['', 'a@example.org'],
      ['', 'b@example.org'],
    ],
  );
  const xml = xmlOf(posted[0]);
  assert.match(xml, /<error>7 messages are not in this report: there were too many rows<\/error>/);
  assert.match(xml, /<begin>1795132800<\/begin>\n<end>1795219199<\/end>/);
  assert.deepEqual(
    closed[0]?.map(({ outcome, messages }) => [outcome, messages]),
    [
      ['sent', 3],
      ['sent', 3],
    ],
  );
});

test('[C25] sent once, even while the disk does not take that it was', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, posted, closed, faults } = given(dns);
  faults.close = 3;
  for (let tries = 0; tries < 3; tries++) await assert.rejects(dispatch.sendNow(false), WorldError);
  await dispatch.sendNow(false);
  assert.deepEqual([posted.length, closed.length], [2, 1]);
});

test('[C25] what came in while the disk did not take that a report was sent is not in it, and stays', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, posted, closedRows, faults, add } = given(dns);
  faults.close = 1;
  await assert.rejects(dispatch.sendNow(true), WorldError);
  add();
  await dispatch.sendNow(true);
  assert.equal(posted.length, 2);
  assert.deepEqual(closedRows, [DUE.rows]);
});

test('[C25] whoever asks for reports while others are sent waits, and hears of its own alone', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, faults } = given(dns);
  faults.close = 1;
  const asked = await Promise.allSettled([1, 2, 3].map(() => dispatch.sendNow(false)));
  assert.deepEqual(
    asked.map((each) => (each.status === 'fulfilled' ? each.value.sent.length : 'failed')),
    ['failed', 2, 0],
  );
});

test('whoever asks for reports does not wait for all of a silent world', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, log, faults, time, gate } = given(dns);
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.before = promise;
  const asked = dispatch.sendNow(false);
  await time.pass(20_000);
  assert.deepEqual(await asked, { sent: [], goesOn: true });
  faults.close = 1;
  resolve();
  await until('a word about the disk', () => /disk/.test(log.text()));
  assert.deepEqual((await dispatch.sendNow(false)).sent.length, 2);
});

test('[C25] while our own queue takes nothing, a report waits an hour, under the same name, and at last is given up', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, posted, closed, faults, log, time } = given(dns);
  faults.post = 1_000;
  dispatch.start();
  await time.pass(30 * 3_600_000);
  assert.equal(posted.length, 0);
  assert.deepEqual(
    closed.map((outcomes) => outcomes.map(({ outcome }) => outcome)),
    [['given-up', 'given-up']],
  );
  assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 2 * 24);
  dispatch[Symbol.dispose]();

  const again = given(dns);
  again.faults.post = 1;
  await again.dispatch.sendNow(false);
  await again.dispatch.sendNow(false);
  const names = new Set(again.posted.map(({ octets }) => /filename="([^"]+)"/.exec(octets.toString())?.[1]));
  const first = given(dns);
  await first.dispatch.sendNow(false);
  assert.deepEqual([...names], [/filename="([^"]+)"/.exec(first.posted[0]?.octets.toString() ?? '')?.[1]]);
});

test('[C25] an address that cannot be posted to holds up no other, and no other gets the report again for its sake', async () => {
  for (const unreachable of ['a@example.org', 'b@example.org']) {
    await using dns = await openDns({ zones: {} });
    const { dispatch, posted, closed, full, time } = given(dns);
    full.add(unreachable);
    dispatch.start();
    await time.pass(30 * 3_600_000);
    dispatch[Symbol.dispose]();
    const other = unreachable === 'a@example.org' ? 'b@example.org' : 'a@example.org';
    assert.deepEqual(
      posted.map(({ recipient }) => recipient),
      [other],
    );
    const outcomes = closed.flat().map(({ recipient, outcome }) => [recipient, outcome]);
    assert.deepEqual(Object.fromEntries(outcomes), { [unreachable]: 'given-up', [other]: 'sent' });
  }
});

test('nothing is asked for any more once it is stopped', async () => {
  await using dns = await openDns({ zones: {} });
  const { dispatch, posted, time } = given(dns);
  dispatch.start();
  dispatch[Symbol.dispose]();
  await time.pass(DAY_MS);
  assert.equal(posted.length, 0);
});
