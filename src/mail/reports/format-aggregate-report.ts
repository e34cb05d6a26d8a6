// An aggregate report as XML, by the tables of RFC 9990 §3.1.1. Elements whose order is free stand in the order of RFC 7489
// Appendix C, so that readers of either find them.

import type { AggregateReport, CountedRow, PublishedPolicy } from './aggregate-report.ts';

const REPORT_NAMESPACE = 'urn:ietf:params:xml:ns:dmarc-2.0';

type Content = string | number | readonly string[] | undefined;

const PIECE_LENGTH = 32_768;

export interface WrittenReport extends Omit<AggregateReport, 'rows'> {
  /** Each is asked for when it is written. */
  readonly rows: Iterable<CountedRow>;
}

/** In pieces: a large report is written beside other work. */
export function* formatAggregateReport(report: WrittenReport, generator: string): Generator<string> {
  const { organisation, email, reportId, beginSeconds, endSeconds, errors, policy, rows } = report;
  const metadata = element('report_metadata', [
    element('org_name', organisation),
    element('email', email),
    element('report_id', reportId),
    element('date_range', [element('begin', beginSeconds), element('end', endSeconds)]),
    element('error', errors.length === 0 ? undefined : errors.join('; ')),
    element('generator', generator),
  ]);
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<feedback xmlns="${REPORT_NAMESPACE}">\n<version>1.0</version>\n`;
  yield metadata + formatPolicy(policy);
  let piece = '';
  for (const row of rows) {
    piece += formatRow(row);
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}</feedback>\n`;
}

function formatPolicy({ domain, p, sp, np, adkim, aspf, testing, fo }: PublishedPolicy): string {
  return element('policy_published', [
    element('domain', domain),
    element('discovery_method', 'treewalk'),
    element('adkim', adkim),
    element('aspf', aspf),
    element('p', p),
    element('sp', sp),
    element('np', np),
    element('testing', testing ? 'y' : 'n'),
    element('fo', fo),
  ]);
}

function formatRow(row: CountedRow): string {
  const { sourceAddress, count, disposition, dkim, spf, reasons, headerFrom, envelopeFrom } = row;
  const evaluated = element('policy_evaluated', [
    element('disposition', disposition),
    element('dkim', dkim),
    element('spf', spf),
    ...reasons.map(({ type, comment }) => element('reason', [element('type', type), element('comment', comment)])),
  ]);
  const results = [
    ...row.dkimResults.map(({ domain, selector, result }) =>
      element('dkim', [element('domain', domain), element('selector', selector ?? ''), element('result', result)]),
    ),
    ...row.spfResults.map(({ domain, result }) =>
      element('spf', [element('domain', domain), element('scope', 'mfrom'), element('result', result)]),
    ),
  ];
  return element('record', [
    element('row', [element('source_ip', sourceAddress), element('count', count), evaluated]),
    element('identifiers', [element('envelope_from', envelopeFrom), element('header_from', headerFrom)]),
    element('auth_results', results),
  ]);
}

/** One line for a text, a block for elements; nothing where there is nothing to say. */
function element(name: string, content: Content): string {
  if (content === undefined) return '';
  if (typeof content !== 'object') return `<${name}>${escapeText(String(content))}</${name}>\n`;
  return `<${name}>\n${content.join('')}</${name}>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Strangers' texts: what XML 1.0 cannot hold at all becomes a question mark. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x1f\x7f-\x9f\ufffe\uffff]/g, '?')
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
}
