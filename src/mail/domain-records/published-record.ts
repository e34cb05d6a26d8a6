// A record as a domain publishes it: its data as a zone file writes them, which is what people paste, what is compared with what
// the DNS says, and what a dynamic update sends. RFC 1035 §5.1.

import { splitIntoStrings } from '#protocols/dkim/key-record.ts';

export type RecordType = 'A' | 'AAAA' | 'CAA' | 'CNAME' | 'MX' | 'PTR' | 'SRV' | 'TLSA' | 'TXT';

export interface PublishedRecord {
  /** Lower case, whole, without the final dot. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttlSeconds: number;
  /** Names in it are whole and end in a dot; texts stand in quotation marks. */
  readonly data: string;
}

/** What is to go: one record, or, without data, all of that name and type. */
export interface RemovedRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly data?: string;
}

/** The data of a TXT record: strings of at most 255 octets, which readers join. RFC 1035 §3.3.14. */
export function formatText(text: string): string {
  const strings = text === '' ? [''] : splitIntoStrings(text);
  return formatStrings(strings.map((each) => Buffer.from(each)));
}

/** As they stand: what is no visible ASCII is written `\DDD`. */
export function formatStrings(strings: readonly Buffer[]): string {
  return strings.map((each) => `"${escapeOctets(each.toString('latin1'))}"`).join(' ');
}

function escapeOctets(octets: string): string {
  return octets.replace(/["\\]|[^ -~]/g, (sign) =>
    sign === '"' || sign === '\\' ? `\\${sign}` : `\\${String(sign.charCodeAt(0)).padStart(3, '0')}`,
  );
}

/** The text of a TXT record's data, its strings joined. */
export function readText(data: string): string {
  const strings = data.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return strings.map((each) => withoutEscapes(each.slice(1, -1))).join('');
}

/** `\DDD` and `\X` stand for one sign each. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([0-9]{3}|.)/g, (_, sign: string) =>
    sign.length === 3 ? String.fromCharCode(Number(sign)) : sign,
  );
}

/** A line of a zone file. */
export function formatRecord({ name, type, ttlSeconds, data }: PublishedRecord): string {
  return `${name}. ${ttlSeconds} IN ${type} ${data}`;
}
