// Greylisting as postgrey does it: whoever brings mail for a first time is told to come again, and who comes again after a
// while is known. Programs that send spam seldom come again; servers do. Pure: what is remembered, and what becomes of it.

import { parseIpAddress } from '#base/ip-network.ts';
import type { GreylistAnswer, Triplet } from '#mail/ports/greylist.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';

/** Times in milliseconds. */
export interface GreylistSettings {
  /** How long after the first try another one is let in: postgrey's `--delay`. */
  readonly greylist_delay: number;
  /** A first try older than this is one no more: `--retry-window`. */
  readonly greylist_retry_window: number;
  /** What was not seen for so long is forgotten: `--max-age`. */
  readonly greylist_max_age: number;
  /** A client that came again so often is not asked any more; 0: never. `--auto-whitelist-clients`. */
  readonly greylist_auto_whitelist_clients: number;
}

/** When a triplet, or a client, was seen. */
export interface SeenTriplet {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface SeenClient {
  /** How many triplets of it were let in, one an hour at most. */
  readonly passed: number;
  readonly lastMs: number;
}

/** What was remembered, and what shall be from now on; `undefined`: as before. */
export interface GreylistJudgement {
  readonly answer: GreylistAnswer;
  readonly triplet: SeenTriplet | undefined;
  readonly client: SeenClient | undefined;
}

/** A client counts once an hour: one message to many recipients is one sign of honesty. */
const COUNTED_ONCE_MS = 3_600_000;

const KNOWN: GreylistAnswer = { kind: 'known' };

export function judgeTry(
  { triplet, client }: { readonly triplet: SeenTriplet | undefined; readonly client: SeenClient | undefined },
  nowMs: number,
  settings: GreylistSettings,
): GreylistJudgement {
  const enough = settings.greylist_auto_whitelist_clients;
  if (enough > 0 && client !== undefined && client.passed >= enough && !isForgotten(client, nowMs, settings)) {
    return {
      answer: KNOWN,
      triplet: undefined,
      client: isDue(client, nowMs) ? { ...client, lastMs: nowMs } : undefined,
    };
  }
  const firstMs = firstTry(triplet, nowMs, settings);
  const waitMs = firstMs + settings.greylist_delay - nowMs;
  const next = { firstMs, lastMs: nowMs };
  if (waitMs > 0)
    return { answer: { kind: 'wait', seconds: Math.ceil(waitMs / 1_000) }, triplet: next, client: undefined };
  const isNewlyIn = triplet === undefined || !wasLetIn(triplet, settings);
  const counts = enough > 0 && isNewlyIn && isDue(client, nowMs);
  const passed = client === undefined || isForgotten(client, nowMs, settings) ? 1 : client.passed + 1;
  return { answer: KNOWN, triplet: next, client: counts ? { passed, lastMs: nowMs } : undefined };
}

/** Since when this triplet is known, if it is. */
function firstTry(seen: SeenTriplet | undefined, nowMs: number, settings: GreylistSettings): number {
  if (seen === undefined || isForgotten(seen, nowMs, settings)) return nowMs;
  if (!wasLetIn(seen, settings) && nowMs - seen.firstMs > settings.greylist_retry_window) return nowMs;
  // Somebody set the clock back.
  return Math.min(seen.firstMs, nowMs);
}

function wasLetIn({ firstMs, lastMs }: SeenTriplet, { greylist_delay }: GreylistSettings): boolean {
  return lastMs - firstMs >= greylist_delay;
}

function isForgotten({ lastMs }: { readonly lastMs: number }, nowMs: number, settings: GreylistSettings): boolean {
  return nowMs - lastMs > settings.greylist_max_age;
}

function isDue(client: SeenClient | undefined, nowMs: number): boolean {
  return client === undefined || Math.abs(nowMs - client.lastMs) >= COUNTED_ONCE_MS;
}

export interface NetworkSizes {
  readonly greylist_ipv4_prefix: number;
  readonly greylist_ipv6_prefix: number;
}

/** `undefined` where the client has no address of the Internet: nothing can be remembered of it. */
export function tripletOf(
  address: string,
  sender: AddrSpec,
  recipient: AddrSpec,
  sizes: NetworkSizes,
): Triplet | undefined {
  const octets = parseIpAddress(address);
  if (octets === undefined) return undefined;
  const bits = octets.length === 4 ? sizes.greylist_ipv4_prefix : sizes.greylist_ipv6_prefix;
  return {
    network: `${maskedHex(octets, bits)}/${bits}`,
    address: octets.toString('hex'),
    sender: `${steadyLocalPart(sender.localPart)}@${sender.domain}`.toLowerCase(),
    recipient: formatAddrSpec(recipient).toLowerCase(),
  };
}

function maskedHex(octets: Buffer, bits: number): string {
  const masked = octets.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
  return Buffer.from(masked).toString('hex');
}

/** Lists give each message a sender of its own: `news-1234+ana=example.org@…` is `news-#@…`. */
function steadyLocalPart(localPart: string): string {
  return localPart.replace(/\+.*$/, '').replace(/\b\d+\b/g, '#');
}
