// The header of mail that users of this machine write: `root` becomes `root@myorigin`, and canonical_maps apply, as in the
// envelope. Mail from elsewhere keeps its header (Postfix's local_header_rewrite_clients). Postfix's cleanup(8).

import { WorldError } from '#base/world-error.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { ADDRESS_FIELDS, type AddressSpan, findAddressSpans } from './header-addresses.ts';
import type { MessageHeader } from './message-header.ts';

/** The octets of a whole field, by where it begins in the header. */
export type RewrittenFields = ReadonlyMap<number, Buffer>;

/** Addresses of one field that are looked up; a longer list stays as it is. */
const MOST_ADDRESSES = 1_000;

/** Throws WorldError when a table cannot be asked, or makes no sense. */
export async function rewriteHeader(header: MessageHeader, routing: Routing): Promise<RewrittenFields> {
  const rewritten = new Map<number, Buffer>();
  for (const { name, range, value } of header.fields) {
    const role = ADDRESS_FIELDS.get(name.toLowerCase());
    if (role === undefined) continue;
    const text = header.octets.toString('utf8', value.start, value.end);
    const spans = findAddressSpans(text);
    if (spans.length > MOST_ADDRESSES) continue;
    const next = await replaceSpans(text, spans, (address) => rewriteAddress(routing, address, role));
    if (next === text) continue;
    const before = header.octets.subarray(range.start, value.start);
    rewritten.set(
      range.start,
      Buffer.concat([before, Buffer.from(next), header.octets.subarray(value.end, range.end)]),
    );
  }
  return rewritten;
}

async function replaceSpans(
  text: string,
  spans: readonly AddressSpan[],
  replace: (address: string) => Promise<string>,
): Promise<string> {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    pieces.push(text.slice(at, start), await replace(text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at)].join('');
}

/** What is no address stays what it is. */
async function rewriteAddress(routing: Routing, text: string, role: 'sender' | 'recipient'): Promise<string> {
  const address = routing.completeAddress(text);
  if (address === undefined) return text;
  const canonical = await routing.findCanonical(address, role);
  if (!canonical.ok) throw new WorldError(canonical.error, { transient: true });
  const next = formatAddrSpec(canonical.value);
  return next.toLowerCase() === text.toLowerCase() ? text : next;
}
