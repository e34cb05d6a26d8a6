// Elements of XML → an aggregate report. Readers of reports must be lenient: servers leave out what the schema asks for, and
// invent words; only what makes a report one is required. RFC 9990 §3.1.1, RFC 7489 Appendix C.

import { err, ok, type Result } from '#base/result.ts';
import {
  type AggregateReport,
  type CountedRow,
  DISPOSITIONS,
  type DkimRecord,
  type OverrideReason,
  type PublishedPolicy,
  type SpfRecord,
} from './aggregate-report.ts';
import { foreignText } from './foreign-text.ts';
import { dispositionOf } from './policy-record.ts';

/** As a parser of XML gives it: elements by their local names; those that repeat are lists, and texts are texts. */
export type XmlValue = string | XmlElement | readonly XmlValue[] | undefined;
export interface XmlElement {
  readonly [name: string]: XmlValue;
}

const MOST_RESULTS = 10;
const MOST_REASONS = 5;
const MOST_ERRORS = 10;
const MOST_COUNT = 1e12;

export function readAggregateReport(root: XmlElement, mostRows: number): Result<AggregateReport, string> {
  const feedback = elementAt(root, 'feedback');
  const metadata = elementAt(feedback, 'report_metadata');
  const range = elementAt(metadata, 'date_range');
  const policy = readPolicy(elementAt(feedback, 'policy_published'));
  if (policy === undefined) return err('it does not say which domain it is about');
  const beginSeconds = numberAt(range, 'begin');
  const endSeconds = numberAt(range, 'end');
  if (beginSeconds === undefined || endSeconds === undefined) return err('it does not say which time it is about');
  const records = listAt(feedback, 'record');
  if (records.length > mostRows) return err(`it has more than ${mostRows} records`);
  const rows = records.map((record) => readRow(record, policy.domain)).filter((row) => row !== undefined);
  return ok({
    organisation: textAt(metadata, 'org_name') ?? '',
    email: textAt(metadata, 'email') ?? '',
    reportId: textAt(metadata, 'report_id') ?? '',
    beginSeconds,
    endSeconds,
    errors: listAt(metadata, 'error').slice(0, MOST_ERRORS).map(textOf),
    policy,
    rows,
  });
}

function readPolicy(policy: XmlElement): PublishedPolicy | undefined {
  const domain = nameAt(policy, 'domain');
  if (domain === undefined) return undefined;
  const p = dispositionOf(textAt(policy, 'p')) ?? 'none';
  const sp = dispositionOf(textAt(policy, 'sp')) ?? p;
  return {
    domain,
    p,
    sp,
    np: dispositionOf(textAt(policy, 'np')) ?? sp,
    adkim: textAt(policy, 'adkim') === 's' ? 's' : 'r',
    aspf: textAt(policy, 'aspf') === 's' ? 's' : 'r',
    testing: textAt(policy, 'testing') === 'y',
    fo: textAt(policy, 'fo') ?? '0',
  };
}

/** `undefined` for a record that counts nothing. */
function readRow(value: XmlValue, policyDomain: string): CountedRow | undefined {
  const record = elementOf(value);
  const row = elementAt(record, 'row');
  const evaluated = elementAt(row, 'policy_evaluated');
  const identifiers = elementAt(record, 'identifiers');
  const results = elementAt(record, 'auth_results');
  const sourceAddress = textAt(row, 'source_ip');
  const count = numberAt(row, 'count') ?? 0;
  if (sourceAddress === undefined || !/^[0-9A-Fa-f.:]{2,45}$/.test(sourceAddress) || count === 0) return undefined;
  return {
    sourceAddress,
    count,
    disposition: DISPOSITIONS.find((known) => known === textAt(evaluated, 'disposition')?.toLowerCase()) ?? 'none',
    dkim: textAt(evaluated, 'dkim')?.toLowerCase() === 'pass' ? 'pass' : 'fail',
    spf: textAt(evaluated, 'spf')?.toLowerCase() === 'pass' ? 'pass' : 'fail',
    reasons: listAt(evaluated, 'reason').slice(0, MOST_REASONS).map(readReason),
    headerFrom: nameAt(identifiers, 'header_from') ?? policyDomain,
    envelopeFrom: textAt(identifiers, 'envelope_from')?.toLowerCase(),
    dkimResults: listAt(results, 'dkim').slice(0, MOST_RESULTS).map(readDkim),
    spfResults: listAt(results, 'spf').slice(0, MOST_RESULTS).map(readSpf),
  };
}

function readReason(value: XmlValue): OverrideReason {
  const reason = elementOf(value);
  return { type: textAt(reason, 'type') ?? '', comment: textAt(reason, 'comment') };
}

function readDkim(value: XmlValue): DkimRecord {
  const dkim = elementOf(value);
  return {
    domain: nameAt(dkim, 'domain') ?? '',
    selector: textAt(dkim, 'selector'),
    result: textAt(dkim, 'result')?.toLowerCase() ?? '',
  };
}

function readSpf(value: XmlValue): SpfRecord {
  const spf = elementOf(value);
  return { domain: nameAt(spf, 'domain') ?? '', result: textAt(spf, 'result')?.toLowerCase() ?? '' };
}

function listAt(element: XmlElement, name: string): readonly XmlValue[] {
  const value = valueAt(element, name);
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

function elementAt(element: XmlElement, name: string): XmlElement {
  return elementOf(listAt(element, name)[0]);
}

function elementOf(value: XmlValue): XmlElement {
  return typeof value === 'object' && !isList(value) ? value : {};
}

function textAt(element: XmlElement, name: string): string | undefined {
  const text = textOf(listAt(element, name)[0]);
  return text === '' ? undefined : text;
}

function textOf(value: XmlValue): string {
  return typeof value === 'string' ? foreignText(value.trim()) : '';
}

/** In lower case, without the dot behind it. */
function nameAt(element: XmlElement, name: string): string | undefined {
  return textAt(element, name)?.toLowerCase().replace(/\.$/, '');
}

function numberAt(element: XmlElement, name: string): number | undefined {
  const text = textAt(element, name);
  if (text === undefined || !/^\d{1,15}(?:\.0*)?$/.test(text)) return undefined;
  return Math.min(Math.trunc(Number(text)), MOST_COUNT);
}

function valueAt(element: XmlElement, name: string): XmlValue {
  return Object.hasOwn(element, name) ? element[name] : undefined;
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}
