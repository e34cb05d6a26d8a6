// The ARC sets that a message bears, as fields: which belongs to which set, whatever they are worth. RFC 8617 §4.2.

import type { HeaderField } from '#protocols/message/header-fields.ts';
import type { SignableHeader } from './signing-input.ts';

/** In the order in which a seal covers them. RFC 8617 §5.1.1. */
const KINDS = ['arc-authentication-results', 'arc-message-signature', 'arc-seal'] as const;

export type ArcSetFields = readonly [results: HeaderField, signature: HeaderField, seal: HeaderField];

/** RFC 8617 §4.2.1. */
export const MOST_ARC_SETS = 50;

/** The oldest first; none where there are none. `undefined` where they make no chain: one is missing, or there twice. */
export function readArcChain(header: SignableHeader): readonly ArcSetFields[] | undefined {
  const [results, signatures, seals] = KINDS.map((kind) => byInstance(header, kind));
  if (results === undefined || signatures === undefined || seals === undefined) return undefined;
  const chain: ArcSetFields[] = [];
  for (let instance = 1; instance <= results.size; instance++) {
    const [result, signature, seal] = [results.get(instance), signatures.get(instance), seals.get(instance)];
    if (result === undefined || signature === undefined || seal === undefined) return undefined;
    chain.push([result, signature, seal]);
  }
  return signatures.size === chain.length && seals.size === chain.length ? chain : undefined;
}

function byInstance({ octets, fields }: SignableHeader, kind: string): ReadonlyMap<number, HeaderField> | undefined {
  const found = new Map<number, HeaderField>();
  for (const field of fields) {
    if (field.name.toLowerCase() !== kind) continue;
    const instance = readInstance(octets.toString('latin1', field.value.start, field.value.end));
    if (instance === undefined || found.has(instance)) return undefined;
    found.set(instance, field);
  }
  return found;
}

/**
 *   instance = [CFWS] %s"i" [CFWS] "=" [CFWS] 1*2DIGIT [CFWS] ";"
 * The first tag of that name.
 */
function readInstance(value: string): number | undefined {
  for (const tag of value.split(';')) {
    const equals = tag.indexOf('=');
    if (equals === -1 || tag.slice(0, equals).trim() !== 'i') continue;
    const number = tag.slice(equals + 1).trim();
    return /^[0-9]{1,2}$/.test(number) ? Number(number) : undefined;
  }
  return undefined;
}
