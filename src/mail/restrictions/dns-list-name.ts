// What stands behind `reject_rbl_client`: a zone, which answers of it count, and how much. Postfix's forms `zone` and
// `zone=127.0.0.[2..11;14]`, and our `*weight` behind either.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

export interface DnsList {
  readonly zone: string;
  /** As it was written, without the weight: what `rbl_reply_maps` are asked for. */
  readonly text: string;
  /** For each octet of an answer its ranges; `undefined`: any answer counts. */
  readonly filter: AnswerFilter | undefined;
  /** `undefined`: it decides alone. */
  readonly weight: number | undefined;
}

export type AnswerFilter = readonly (readonly OctetRange[])[];

export interface OctetRange {
  readonly first: number;
  readonly last: number;
}

export function parseDnsList(text: string): Result<DnsList, Mistake> {
  const star = text.lastIndexOf('*');
  const list = star === -1 ? text : text.slice(0, star);
  const weight = star === -1 ? undefined : parseWeight(text.slice(star + 1));
  if (star !== -1 && weight === undefined)
    return err(mistake('list-weight', { text: JSON.stringify(text.slice(star)) }));
  const equals = list.indexOf('=');
  const zone = parseDomainName(equals === -1 ? list : list.slice(0, equals));
  if (!zone.ok) return err(mistake('list-domain', { text: JSON.stringify(list) }));
  const filter = equals === -1 ? ok(undefined) : parseFilter(list.slice(equals + 1));
  return filter.ok ? ok({ zone: zone.value, text: list, filter: filter.value, weight }) : filter;
}

const HEAVIEST = 1_000;

function parseWeight(text: string): number | undefined {
  const weight = /^[+-]?[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(weight) <= HEAVIEST && weight !== 0 ? weight : undefined;
}

/**
 *   filter = octets 3( "." octets )
 *   octets = number / "[" range *( ";" range ) "]"
 *   range  = number [ ".." number ]
 */
function parseFilter(text: string): Result<AnswerFilter, Mistake> {
  const complaint = err(mistake('list-filter', { text: JSON.stringify(text) }));
  const octets = splitOctets(text).map(parseOctets);
  const isWhole = octets.length === 4 && octets.every((ranges) => ranges !== undefined);
  return isWhole ? ok(octets.flatMap((ranges) => (ranges === undefined ? [] : [ranges]))) : complaint;
}

/** At the dots outside of brackets. */
function splitOctets(text: string): string[] {
  const parts = [''];
  let isInside = false;
  for (const char of text) {
    if (char === '[') isInside = true;
    if (char === ']') isInside = false;
    if (char === '.' && !isInside) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

function parseOctets(text: string): readonly OctetRange[] | undefined {
  const isList = text.startsWith('[') && text.endsWith(']');
  const ranges = (isList ? text.slice(1, -1).split(';') : [text]).map((range) => parseRange(range, isList));
  return ranges.some((range) => range === undefined) ? undefined : ranges.flatMap((range) => range ?? []);
}

function parseRange(text: string, mayBeWide: boolean): OctetRange | undefined {
  const [first = '', last = first, ...more] = mayBeWide ? text.split('..') : [text];
  if (more.length > 0 || !isOctet(first) || !isOctet(last) || Number(first) > Number(last)) return undefined;
  return { first: Number(first), last: Number(last) };
}

function isOctet(text: string): boolean {
  return /^[0-9]{1,3}$/.test(text) && Number(text) <= 255;
}

/** Does one of the answers count? */
export function countsAnswer(addresses: readonly string[], filter: AnswerFilter | undefined): boolean {
  if (filter === undefined) return addresses.length > 0;
  return addresses.some((address) => {
    const octets = address.split('.').map(Number);
    return filter.every((ranges, i) => ranges.some(({ first, last }) => isWithin(octets[i], first, last)));
  });
}

function isWithin(octet: number | undefined, first: number, last: number): boolean {
  return octet !== undefined && octet >= first && octet <= last;
}
