// Who sends in a domain's name, summed over the records of reports: one line for each service that proves another name than
// the domain's, and for each address that proves none. What the numbers mean is said by `advice.ts`.

import type { CountedRow } from './aggregate-report.ts';

/** What one record says, in one word; the first that fits. */
export const OUTCOMES = [
  'both',
  'dkim-only',
  'spf-only',
  'forwarded',
  'altered',
  'other-name',
  'spf',
  'nothing',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface SenderLine {
  /** `newsletter.example` where it proved such a name, else an address. */
  readonly sender: string;
  /** The name that it proved, which is not the domain's. */
  readonly via: string | undefined;
  readonly messages: number;
  readonly passed: number;
  readonly quarantined: number;
  readonly rejected: number;
  /** By outcome; those that are missing are 0. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** What SPF said of the domain's own name, most often: `softfail`. */
  readonly spfResult: string | undefined;
  /** With the most messages first, a few. */
  readonly addresses: readonly string[];
  readonly addressCount: number;
}

interface Tally {
  readonly sender: string;
  readonly via: string | undefined;
  messages: number;
  passed: number;
  quarantined: number;
  rejected: number;
  readonly outcomes: Map<Outcome, number>;
  readonly spfResults: Map<string, number>;
  readonly addresses: Map<string, number>;
}

const MOST_SENDERS = 20_000;
const MOST_ADDRESSES = 1_000;
const SHOWN_ADDRESSES = 5;
/** All that come when there are too many to tell apart. */
const OTHERS = '*';

export class SenderTally {
  readonly #senders = new Map<string, Tally>();

  add(row: CountedRow): void {
    const { count } = row;
    const via = provenName(row);
    const tally = this.#tallyOf(via ?? row.sourceAddress, via);
    const outcome = outcomeOf(row, via);
    tally.messages += count;
    if (row.dkim === 'pass' || row.spf === 'pass') tally.passed += count;
    if (row.disposition === 'quarantine') tally.quarantined += count;
    if (row.disposition === 'reject') tally.rejected += count;
    addTo(tally.outcomes, outcome, count);
    const own = row.spfResults.find(({ domain }) => areRelated(domain, row.headerFrom));
    if (own !== undefined) addTo(tally.spfResults, own.result, count);
    if (tally.addresses.has(row.sourceAddress) || tally.addresses.size < MOST_ADDRESSES) {
      addTo(tally.addresses, row.sourceAddress, count);
    }
  }

  /** Those whose mail fails come first, then by number of messages. */
  lines(): SenderLine[] {
    return [...this.#senders.values()]
      .map(lineOf)
      .sort((a, b) => failedOf(b) - failedOf(a) || b.messages - a.messages || (a.sender < b.sender ? -1 : 1));
  }

  #tallyOf(sender: string, via: string | undefined): Tally {
    const known = this.#senders.get(sender);
    if (known !== undefined) return known;
    if (this.#senders.size >= MOST_SENDERS && sender !== OTHERS) return this.#tallyOf(OTHERS, undefined);
    const counts = { messages: 0, passed: 0, quarantined: 0, rejected: 0 };
    const maps = { outcomes: new Map(), spfResults: new Map(), addresses: new Map() };
    const tally: Tally = { sender, via, ...counts, ...maps };
    this.#senders.set(sender, tally);
    return tally;
  }
}

export function failedOf({ messages, passed }: Pick<SenderLine, 'messages' | 'passed'>): number {
  return messages - passed;
}

function lineOf({ outcomes, spfResults, addresses, ...tally }: Tally): SenderLine {
  return {
    ...tally,
    outcomes: Object.fromEntries(outcomes),
    spfResult: byCount(spfResults)[0],
    addresses: byCount(addresses).slice(0, SHOWN_ADDRESSES),
    addressCount: addresses.size,
  };
}

/** Of whoever signed, or is named by SPF, but does not belong to the author. */
function provenName({ headerFrom, dkimResults, spfResults }: CountedRow): string | undefined {
  const isForeign = ({ domain, result }: { domain: string; result: string }) =>
    result === 'pass' && domain !== '' && !areRelated(domain, headerFrom);
  return (dkimResults.find(isForeign) ?? spfResults.find(isForeign))?.domain;
}

const FORWARDERS: readonly string[] = ['forwarded', 'trusted_forwarder', 'mailing_list'];

function outcomeOf(row: CountedRow, via: string | undefined): Outcome {
  const { dkim, spf, reasons, dkimResults, spfResults, headerFrom } = row;
  if (dkim === 'pass') return spf === 'pass' ? 'both' : 'dkim-only';
  if (spf === 'pass') return 'spf-only';
  const isOwn = ({ domain }: { domain: string }) => areRelated(domain, headerFrom);
  if (reasons.some(({ type, comment }) => FORWARDERS.includes(type) || comment?.startsWith('arc=pass') === true)) {
    return 'forwarded';
  }
  if (dkimResults.some(isOwn)) return 'altered';
  if (via !== undefined) return 'other-name';
  return spfResults.some(isOwn) ? 'spf' : 'nothing';
}

/** One is the other, or below it. */
function areRelated(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || (a !== '' && b.endsWith(`.${a}`));
}

function addTo<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function byCount<Key>(counts: ReadonlyMap<Key, number>): Key[] {
  return [...counts].sort(([, a], [, b]) => b - a).map(([key]) => key);
}
