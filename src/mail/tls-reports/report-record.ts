// The TXT record at `_smtp._tls.D`: who wants to be told of TLS with the servers of D. RFC 8460 §3.
//
//   tlsrpt-record    = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]
//   field-delim      = *WSP ";" *WSP
//   tlsrpt-version   = %s"v=TLSRPTv1"
//   tlsrpt-rua       = %s"rua=" tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)
//   tlsrpt-uri       = URI                ; "," and "!" and ";" in it are percent-encoded

import { parseMailbox } from '#protocols/smtp/grammar/mailbox.ts';

export type ReportPlace =
  | { readonly kind: 'mail'; readonly address: string }
  | { readonly kind: 'https'; readonly url: string };

const VERSION = 'v=TLSRPTv1';
/** Who names more wants others to be flooded. */
const MOST_PLACES = 5;
const LONGEST_URI = 1_000;

export function reportRecordName(domain: string): string {
  return `_smtp._tls.${domain}`;
}

/** Each once. Empty: nobody wants to be told, or more than one record would be it. */
export function findReportPlaces(records: readonly string[]): readonly ReportPlace[] {
  const ours = records.filter((record) => fieldsOf(record)[0] === VERSION);
  const [record] = ours;
  if (record === undefined || ours.length > 1) return [];
  const rua = fieldsOf(record).find((field) => field.startsWith('rua='));
  const uris = (rua ?? 'rua=').slice('rua='.length).split(',');
  const places = new Map<string, ReportPlace>();
  for (const uri of uris) {
    const place = readPlace(uri.trim());
    if (place !== undefined) places.set(nameOfPlace(place), place);
  }
  return [...places.values()].slice(0, MOST_PLACES);
}

/** For the log, and to know it again. */
export function nameOfPlace(place: ReportPlace): string {
  return place.kind === 'mail' ? `mailto:${place.address}` : place.url;
}

function fieldsOf(record: string): string[] {
  return record.split(';').map((field) => field.trim());
}

function readPlace(uri: string): ReportPlace | undefined {
  if (uri.length > LONGEST_URI) return undefined;
  if (/^mailto:/i.test(uri)) {
    const address = decode(uri.slice('mailto:'.length).split('?')[0] ?? '');
    return address !== undefined && parseMailbox(address) !== undefined ? { kind: 'mail', address } : undefined;
  }
  if (!/^https:\/\//i.test(uri) || !URL.canParse(uri)) return undefined;
  return { kind: 'https', url: new URL(uri).href };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
