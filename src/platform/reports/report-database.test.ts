import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaySum, DueReport, ReportSearch, SentReport } from '#mail/ports/report-store.ts';
import type { AggregateRow, CountedRow } from '#mail/reports/aggregate-report.ts';
import { readCountedRows } from '#mail/reports/counted-rows.ts';
import { DAY_MS } from '#mail/reports/day-sums.ts';
import { readPublishedPolicy } from '#mail/reports/policy-record.ts';
import { type ReceivedReport, type ReportOrigin, type ReportRecord, recordsOf } from '#mail/reports/received-report.ts';
import { type ReportBounds, ReportDatabase } from './report-database.ts';

const DAY = Date.UTC(2026, 10, 21);
const BOUNDS: ReportBounds = { maxAgeMs: 400 * DAY_MS, maxBytes: 10_000_000, rows: 3, ofAuthorPerDay: 5 };
const RECORD = 'v=DMARC1; p=none; rua=mailto:dmarc@example.org';

const row = (sourceAddress: string): AggregateRow => ({
  ...{
    sourceAddress,
    disposition: 'none',
    dkim: 'fail',
    spf: 'fail',
    reasons: [{ type: 'other', comment: undefined }],
  },
  ...{ headerFrom: 'example.org', envelopeFrom: '', dkimResults: [], spfResults: [] },
});

const sum = (sourceAddress: string, count = 1, dayMs = DAY): DaySum => ({
  ...{ dayMs, policyDomain: 'example.org', record: RECORD, row: JSON.stringify(row(sourceAddress)), count },
  dueMs: dayMs + DAY_MS + 1_000,
});

const sentFrom = ({ policyDomain, beginMs }: DueReport, endMs: number): SentReport => ({
  ...{ atMs: endMs, policyDomain, beginMs, endMs, messages: 1 },
  ...{ outcome: 'sent', recipient: 'dmarc@example.org', queueId: 'Q' },
});

const rowsOf = (due: DueReport | undefined): CountedRow[] => [...readCountedRows(due?.rows ?? '')];

function dueOf(database: ReportDatabase, nowMs: number, withToday = false): DueReport | undefined {
  return database.outgoing.findDue([withToday ? Number.MAX_SAFE_INTEGER : nowMs, withToday], nowMs);
}

test('[C25] messages alike are one row; the report of a day is due when the day is over, at its time', () => {
  using database = new ReportDatabase(':memory:');
  database.outgoing.addSums([sum('192.0.2.1'), sum('192.0.2.2', 5)], BOUNDS);
  database.outgoing.addSums([sum('192.0.2.1', 2)], BOUNDS);
  assert.equal(dueOf(database, DAY + DAY_MS), undefined);
  const due = dueOf(database, DAY + DAY_MS + 1_000);
  assert.deepEqual(
    rowsOf(due).map(({ sourceAddress, count }) => `${sourceAddress} ${count}`),
    ['192.0.2.2 5', '192.0.2.1 3'],
  );
  assert.deepEqual([due?.beginMs, due?.record, due?.messages, due?.uncounted], [DAY, RECORD, 8, 0]);
  database.outgoing.postpone(due!, DAY + 2 * DAY_MS);
  assert.equal(dueOf(database, DAY + DAY_MS + 1_000), undefined);
  assert.equal(dueOf(database, DAY + 2 * DAY_MS)?.attempts, 1);
  database.outgoing.close(due!, [sentFrom(due!, DAY + DAY_MS - 1)]);
  assert.equal(dueOf(database, DAY + 3 * DAY_MS), undefined);
  const [sent] = database.outgoing.listSent({ sinceMs: 0, limit: 10 });
  assert.deepEqual([sent?.policyDomain, sent?.outcome, sent?.queueId], ['example.org', 'sent', 'Q']);
});

test('[C25] what comes in while a report is on its way is in the next one, which begins where that ended', () => {
  using database = new ReportDatabase(':memory:');
  database.outgoing.addSums([sum('192.0.2.1', 2)], BOUNDS);
  const first = dueOf(database, DAY + 5_000, true);
  database.outgoing.addSums([sum('192.0.2.1', 4), sum('192.0.2.9')], BOUNDS);
  database.outgoing.close(first!, [sentFrom(first!, DAY + 5_000)]);
  const second = dueOf(database, DAY + 9_000, true);
  assert.deepEqual([second?.beginMs, rowsOf(second).map(({ count }) => count)], [DAY + 5_000, [4, 1]]);
  database.outgoing.close(second!, [sentFrom(second!, DAY + 9_000)]);
  database.outgoing.addSums([sum('192.0.2.1')], BOUNDS);
  assert.equal(dueOf(database, DAY + 10_000, true)?.beginMs, DAY + 9_000);
});

test('rows beyond the limit are told as a number', () => {
  using database = new ReportDatabase(':memory:');
  database.outgoing.addSums(
    ['1', '2', '3', '4', '5'].map((last) => sum(`192.0.2.${last}`, 10)),
    BOUNDS,
  );
  const due = dueOf(database, DAY + 2 * DAY_MS);
  assert.deepEqual([rowsOf(due).length, due?.uncounted], [3, 20]);
});

test('what could not be sent for days is let go', () => {
  using database = new ReportDatabase(':memory:');
  database.outgoing.addSums([sum('192.0.2.1')], BOUNDS);
  database.prune(BOUNDS, DAY + 3 * DAY_MS);
  assert.ok(dueOf(database, DAY + 3 * DAY_MS));
  database.prune(BOUNDS, DAY + 6 * DAY_MS);
  assert.equal(dueOf(database, DAY + 6 * DAY_MS), undefined);
});

const received = (reportId: string, padding = 0): ReceivedReport => ({
  kind: 'tls',
  report: {
    ...{ organisation: 'Example', contact: 'x'.repeat(padding), reportId },
    ...{ beginSeconds: DAY / 1000, endSeconds: DAY / 1000 + 86_399 },
    policies: [{ domain: 'valija.test', type: 'sts', successful: 7, failed: 2, failures: [] }],
  },
});

const recorded = (reportId: string, padding = 0): ReportRecord => recordsOf(received(reportId, padding))[0]!;

const origin = (fields: Partial<ReportOrigin> = {}): ReportOrigin => ({
  ...{ queueId: 'Q1', receivedMs: DAY + DAY_MS, author: 'example.org', isVerified: true },
  ...fields,
});

const EVERYTHING = { sinceMs: 0, limit: 100 };

test('[C25] a report is kept once; a forged one with the same name keeps out no true one', () => {
  using database = new ReportDatabase(':memory:');
  assert.equal(database.received.keep(recorded('1'), origin({ isVerified: false }), BOUNDS), 'kept');
  assert.equal(database.received.keep(recorded('1'), origin(), BOUNDS), 'kept');
  assert.equal(database.received.keep(recorded('1'), origin({ receivedMs: DAY + DAY_MS + 5 }), BOUNDS), 'duplicate');
  const [listed] = database.received.list(EVERYTHING);
  assert.deepEqual([listed?.isVerified, listed?.total, listed?.failed, listed?.domain], [true, 9, 2, 'valija.test']);
  assert.deepEqual(database.received.find(listed!.id)?.content, received('1'));
  assert.equal(database.received.find(99), undefined);
  assert.deepEqual(database.received.list({ ...EVERYTHING, domain: 'otra.test' }), []);
  const [summary] = database.received.summarize(EVERYTHING);
  assert.deepEqual([summary?.reports, summary?.unverified, summary?.tls.successful], [2, 1, 7]);
});

test('[T31] one sender fills nothing: so many in a day, and all that nothing proves together', () => {
  using database = new ReportDatabase(':memory:');
  const outcomes = Array.from({ length: 7 }, (_, at) => database.received.keep(recorded(`a${at}`), origin(), BOUNDS));
  assert.deepEqual(outcomes, ['kept', 'kept', 'kept', 'kept', 'kept', 'too-many', 'too-many']);
  assert.equal(database.received.keep(recorded('b'), origin({ author: 'example.net' }), BOUNDS), 'kept');
  const forged = Array.from({ length: 7 }, (_, at) =>
    database.received.keep(recorded(`c${at}`), origin({ author: `x${at}.test`, isVerified: false }), BOUNDS),
  );
  assert.equal(forged.filter((outcome) => outcome === 'kept').length, 5);
  assert.equal(database.received.keep(recorded('a9'), origin({ receivedMs: DAY + 3 * DAY_MS }), BOUNDS), 'kept');
});

test('[T31] reports are bounded by age and size; what nothing proves goes first', () => {
  using database = new ReportDatabase(':memory:');
  const bounds = { ...BOUNDS, maxBytes: 2_600 };
  database.received.keep(recorded('old', 500), origin({ receivedMs: DAY - 500 * DAY_MS }), bounds);
  database.received.keep(recorded('1', 500), origin({ receivedMs: DAY + 1 }), bounds);
  database.received.keep(recorded('2', 500), origin({ receivedMs: DAY + 2 }), bounds);
  database.received.keep(recorded('3', 500), origin({ receivedMs: DAY + 3 }), bounds);
  database.received.keep(recorded('forged', 500), origin({ receivedMs: DAY + 4, isVerified: false }), bounds);
  database.prune(bounds, DAY + 10);
  const ids = () => database.received.list(EVERYTHING).map(({ reportId }) => reportId);
  assert.deepEqual(ids(), ['3', '2', '1']);
  database.prune({ ...bounds, maxBytes: 1_700 }, DAY + 10);
  assert.deepEqual(ids(), ['3', '2']);
});

test('[T31] counts that no database number can hold keep nobody from reading the list', () => {
  using database = new ReportDatabase(':memory:');
  const most = Number.MAX_SAFE_INTEGER;
  const policies = [{ domain: 'valija.test', type: 'sts', successful: most, failed: most, failures: [] }];
  const forged: ReceivedReport = { kind: 'tls', report: { ...received('1').report, contact: '', policies } };
  for (const record of recordsOf(forged)) database.received.keep(record, origin({ isVerified: false }), BOUNDS);
  database.received.keep(recorded('2'), origin(), BOUNDS);
  assert.deepEqual(
    database.received.list(EVERYTHING).map(({ total, failed }) => [total, failed]),
    [
      [9, 2],
      [most, most],
    ],
  );
  assert.deepEqual(database.received.find(1)?.content, forged);
});

test('[T31] of a large report the rows that count most are shown, and all of them count', () => {
  using database = new ReportDatabase(':memory:');
  const rows = Array.from({ length: 2_000 }, (_, at) => ({ ...row(`2001:db8::${at.toString(16)}`), count: at + 1 }));
  const policy = readPublishedPolicy('valija.test', RECORD);
  const report = { ...received('1').report, email: '', errors: [], policy, rows };
  for (const record of recordsOf({ kind: 'aggregate', report })) database.received.keep(record, origin(), BOUNDS);
  const [listed] = database.received.list(EVERYTHING);
  const content = database.received.find(listed!.id)?.content;
  assert.ok(content?.kind === 'aggregate');
  const sendersOf = (search: ReportSearch) =>
    database.received.summarize(search).map(({ senders, senderCount }) => [senders.length, senderCount]);
  assert.deepEqual(sendersOf({ ...EVERYTHING, domain: 'valija.test' }), [[100, 2_000]]);
  assert.deepEqual(sendersOf(EVERYTHING), [[0, 2_000]], 'many domains have too many of them to be passed on');
  assert.deepEqual(
    [content.report.rows.length, content.report.rows.at(-1)?.count, listed?.total],
    [500, 1_501, 2_001_000],
  );
});
