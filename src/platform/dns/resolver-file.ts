// /etc/resolv.conf: which name servers to ask, how often, how long to wait. Search domains are for people at a terminal:
// mail is for the name that it bears. That an answer was proven is believed of this machine's own name server; of another,
// whose answers anybody on the way could change, only where the file says so.

import { isIP } from 'node:net';
import type { NameServer } from './ask-server.ts';

export interface ResolverFile {
  readonly servers: readonly NameServer[];
  /** `options trust-ad`. */
  readonly trustsProofs: boolean;
  /** `options timeout:n`. */
  readonly tryTimeoutMs: number | undefined;
  /** `options attempts:n`. */
  readonly rounds: number | undefined;
}

export const DNS_PORT = 53;
const MOST_SERVERS = 8;
const MOST_SECONDS = 30;
const MOST_ROUNDS = 5;

export function parseResolverFile(text: string): ResolverFile {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/),
  );
  const addresses = lines.flatMap(([word, address = '']) =>
    // A link-local address bears the name of its interface: fe80::1%eth0.
    word === 'nameserver' && isIP(address.split('%')[0] ?? '') !== 0 ? [address] : [],
  );
  const options = lines.flatMap(([word, ...options]) => (word === 'options' ? options : []));
  const seconds = numberBehind(options, 'timeout:');
  const attempts = numberBehind(options, 'attempts:');
  return {
    servers: (addresses.length === 0 ? ['127.0.0.1'] : addresses)
      .slice(0, MOST_SERVERS)
      .map((address) => ({ address, port: DNS_PORT })),
    trustsProofs: options.includes('trust-ad'),
    tryTimeoutMs: seconds && Math.min(seconds, MOST_SECONDS) * 1_000,
    rounds: attempts && Math.min(attempts, MOST_ROUNDS),
  };
}

/** `undefined` for none, and for zero, which asks for nothing that makes sense. */
function numberBehind(options: readonly string[], word: string): number | undefined {
  const number = Number(options.findLast((option) => option.startsWith(word))?.slice(word.length));
  return number >= 1 ? Math.floor(number) : undefined;
}
