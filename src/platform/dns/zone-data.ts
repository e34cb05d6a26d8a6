// RDATA as a zone file writes it → as dns-packet takes it. RFC 1035 §5.1, RFC 2782, RFC 6698 §2.2, RFC 8659 §4.1.1.

import type { Answer } from 'dns-packet';
import { parseIpAddress } from '#base/ip-network.ts';
import type { ZoneWord } from './zone-words.ts';

export type ZoneType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME' | 'NS' | 'SRV' | 'PTR' | 'TLSA' | 'CAA' | 'SOA';

export type ZoneRecord = Extract<Answer, { type: unknown; data: unknown }> & { readonly ttl: number };

/** Takes the words of RDATA one after the other; the first fault sticks. */
export class DataWords {
  readonly #words: readonly ZoneWord[];
  readonly #fullName: (text: string) => string | undefined;
  #next = 0;
  #fault: string | undefined;

  constructor(words: readonly ZoneWord[], fullName: (text: string) => string | undefined) {
    this.#words = words;
    this.#fullName = fullName;
  }

  /** What was wrong first, or that words are left over. */
  get fault(): string | undefined {
    const extra = this.#words[this.#next];
    return this.#fault ?? (extra === undefined ? undefined : `${JSON.stringify(extra.text)} is one word too many`);
  }

  text(what: string): string {
    const word = this.#words[this.#next++];
    if (word === undefined) this.fail(`${what} is missing`);
    return word?.text ?? '';
  }

  number(what: string, most = 65_535): number {
    const text = this.text(what);
    const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number <= most)) this.fail(`${what} is a number from 0 to ${most}`);
    return number;
  }

  /** dns-packet writes the root as a dot. */
  name(what: string): string {
    const text = this.text(what);
    const name = this.#fullName(text);
    if (name === undefined) this.fail(`${what} ${JSON.stringify(text)} is no name`);
    return name === '' ? '.' : (name ?? '');
  }

  address(octets: 4 | 16): string {
    const text = this.text('the address');
    const isFamily = octets === 16 ? text.includes(':') : !text.includes(':');
    if (parseIpAddress(text) === undefined || !isFamily) this.fail(`${JSON.stringify(text)} is no such address`);
    return text;
  }

  /** All that is left: one word, or more. */
  rest(what: string): readonly Buffer[] {
    const words = this.#words.slice(this.#next);
    this.#next = this.#words.length;
    if (words.length === 0) this.fail(`${what} is missing`);
    return words.map(({ octets }) => octets);
  }

  fail(message: string): void {
    this.#fault ??= message;
  }
}

const LONGEST_STRING = 255;

export const dataReaders: { readonly [Type in ZoneType]: (words: DataWords) => unknown } = {
  A: (words) => words.address(4),
  AAAA: (words) => words.address(16),
  CNAME: (words) => words.name('the target'),
  NS: (words) => words.name('the name server'),
  PTR: (words) => words.name('the target'),
  MX: (words) => ({ preference: words.number('the preference'), exchange: words.name('the exchanger') }),
  TXT: (words) => words.rest('the text').flatMap(intoStrings),
  SRV: (words) => ({
    priority: words.number('the priority'),
    weight: words.number('the weight'),
    port: words.number('the port'),
    target: words.name('the target'),
  }),
  TLSA: (words) => ({
    usage: words.number('the usage', 255),
    selector: words.number('the selector', 255),
    matchingType: words.number('the matching type', 255),
    certificate: hexadecimal(words),
  }),
  CAA: (words) => ({
    flags: words.number('the flags', 255),
    tag: words.text('the tag'),
    value: words.text('the value'),
  }),
  SOA: (words) => ({
    mname: words.name('the first name server'),
    rname: words.name('the person'),
    serial: words.number('the serial number', 2 ** 32 - 1),
    refresh: words.number('the refresh time', 2 ** 31 - 1),
    retry: words.number('the retry time', 2 ** 31 - 1),
    expire: words.number('the expiry time', 2 ** 31 - 1),
    minimum: words.number('the minimum', 2 ** 31 - 1),
  }),
};

export function isZoneType(text: string): text is ZoneType {
  return Object.hasOwn(dataReaders, text);
}

/** A text that is too long for one character string is put into several, as everybody's tools do for DKIM keys. */
function intoStrings(octets: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(octets.length / LONGEST_STRING));
  return Array.from({ length: count }, (_, i) => octets.subarray(i * LONGEST_STRING, (i + 1) * LONGEST_STRING));
}

function hexadecimal(words: DataWords): Buffer {
  const digits = Buffer.concat(words.rest('the certificate data')).toString('latin1');
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) words.fail('the certificate data is written in hexadecimal digits');
  return Buffer.from(digits, 'hex');
}
