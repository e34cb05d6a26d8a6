// Where in a message a report may be: by the type of a part, or by its file name, for many servers say
// `application/octet-stream`. RFC 9990 §3.5.2, RFC 8460 §5.3.

import type { BodyPart, LeafPart } from '#protocols/message/envelope.ts';
import { findParameter } from '#protocols/message/parameters.ts';

export type Packing = 'gzip' | 'zip' | 'none';
export type ReportForm = 'aggregate' | 'tls';

export interface ReportPart {
  readonly part: LeafPart;
  /** What it says it is; what it is, its octets tell. */
  readonly form: ReportForm;
}

const FORMS_BY_TYPE: Readonly<Record<string, ReportForm>> = {
  'application/gzip': 'aggregate',
  'application/x-gzip': 'aggregate',
  'application/zip': 'aggregate',
  'application/x-zip-compressed': 'aggregate',
  'application/x-zip': 'aggregate',
  'text/xml': 'aggregate',
  'application/xml': 'aggregate',
  'application/tlsrpt+gzip': 'tls',
  'application/tlsrpt+json': 'tls',
};

const FORMS_BY_ENDING: readonly (readonly [string, ReportForm])[] = [
  ['.json.gz', 'tls'],
  ['.json', 'tls'],
  ['.xml.gz', 'aggregate'],
  ['.xml', 'aggregate'],
  ['.xml.zip', 'aggregate'],
  ['.zip', 'aggregate'],
  ['.gz', 'aggregate'],
];

const MOST_PARTS = 4;

/** In their order, the first few; a message in the message is not looked into. */
export function findReportParts(structure: BodyPart): ReportPart[] {
  const found: ReportPart[] = [];
  collect(structure, found);
  return found;
}

function collect(part: BodyPart, found: ReportPart[]): void {
  if (found.length >= MOST_PARTS || part.kind === 'message') return;
  if (part.kind === 'multipart') {
    for (const child of part.children) collect(child, found);
    return;
  }
  const form = formOf(part);
  if (form !== undefined) found.push({ part, form });
}

function formOf(part: LeafPart): ReportForm | undefined {
  const name = (
    findParameter(part.disposition?.parameters ?? [], 'filename') ??
    findParameter(part.parameters, 'name') ??
    ''
  ).toLowerCase();
  const byName = FORMS_BY_ENDING.find(([ending]) => name.endsWith(ending))?.[1];
  const byType = FORMS_BY_TYPE[`${part.type}/${part.subtype}`];
  // A `.json.gz` is often said to be any gzip.
  return byName === 'tls' ? 'tls' : (byType ?? byName);
}

/** By the first octets, whatever it is called. */
export function packingOf(octets: Buffer): Packing {
  if (octets[0] === 0x1f && octets[1] === 0x8b) return 'gzip';
  return octets.toString('latin1', 0, 4) === 'PK\x03\x04' ? 'zip' : 'none';
}
