// A whole message → the report in it: the first of its parts that can be read as one.

import { err, ok, type Result } from '#base/result.ts';
import type { ReportFault } from '#mail/ports/report-reader.ts';
import { readAggregateReport } from '#mail/reports/read-aggregate-report.ts';
import { readTlsReport } from '#mail/reports/read-tls-report.ts';
import type { ReceivedReport } from '#mail/reports/received-report.ts';
import { findReportParts } from '#mail/reports/report-part.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import { decodeTransfer } from '#protocols/message/transfer-encoding.ts';
import { readXml } from './read-xml.ts';
import { unpackReport } from './unpack-report.ts';

export interface ReadingLimits {
  /** `report_unpacked_limit` */
  readonly unpackedOctets: number;
  readonly ratio: number;
  /** Of JSON: values. */
  readonly tags: number;
  readonly tagOctets: number;
  readonly depth: number;
  readonly rows: number;
}

export const DEFAULT_READING_LIMITS: ReadingLimits = {
  unpackedOctets: 26_214_400,
  ratio: 500,
  tags: 600_000,
  tagOctets: 8_192,
  depth: 12,
  rows: 10_000,
};

export function readReport(message: Buffer, limits: ReadingLimits): Result<ReceivedReport, ReportFault> {
  let fault: ReportFault = { kind: 'none' };
  for (const { part } of findReportParts(describeMessage(message).structure)) {
    const packed = decodeTransfer(part.encoding, message.subarray(part.body.start, part.body.end));
    const unpacked = unpackReport(packed, limits);
    const read = unpacked.ok ? readText(unpacked.value, limits) : unpacked;
    if (read.ok) return read;
    if (fault.kind === 'none') fault = { kind: 'unreadable', reason: read.error };
  }
  return err(fault);
}

/** What it is, its first letter tells: senders mix up the types. */
function readText(octets: Buffer, limits: ReadingLimits): Result<ReceivedReport, string> {
  const first = /[^\s\ufeff]/.exec(octets.toString('utf8', 0, 1_000))?.[0];
  if (first === '{') {
    if (countValues(octets, limits.tags) > limits.tags) return err(`it has more than ${limits.tags} values`);
    const json = parseJson(octets);
    if (json === undefined) return err('it is no JSON');
    const report = readTlsReport(json);
    return report.ok ? ok({ kind: 'tls', report: report.value }) : report;
  }
  const xml = readXml(octets, limits);
  if (!xml.ok) return xml;
  const report = readAggregateReport(xml.value, limits.rows);
  return report.ok ? ok({ kind: 'aggregate', report: report.value }) : report;
}

const VALUE_SIGNS: ReadonlySet<number> = new Set([...Buffer.from('[{,')]);

/** At least as many as there are, for a text may hold such signs, too; it stops behind the limit. */
function countValues(octets: Buffer, most: number): number {
  let count = 0;
  for (let at = 0; at < octets.length && count <= most; at++) if (VALUE_SIGNS.has(octets[at] ?? 0)) count += 1;
  return count;
}

function parseJson(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
