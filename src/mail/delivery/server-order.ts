// In which order servers of equal standing are tried, and how many: shuffled, then by preference and address family, then
// cut so that neither family crowds the other out. RFC 5321 §5.1.

import type { Randomness } from '#mail/ports/randomness.ts';

export type InetProtocol = 'ipv4' | 'ipv6';

/** Postfix's parameters of the same names. */
export interface OrderSettings {
  /** `any`: both families mixed; else that family first among servers of one preference. */
  readonly smtp_address_preference: 'any' | InetProtocol;
  /** 0 is no limit. */
  readonly smtp_mx_address_limit: number;
  readonly smtp_balance_inet_protocols: boolean;
}

interface Ranked {
  readonly address: string;
  readonly preference: number;
}

export function orderServers<Server extends Ranked>(
  servers: readonly Server[],
  settings: OrderSettings,
  randomness: Randomness,
): Server[] {
  const { smtp_address_preference: first, smtp_mx_address_limit: most } = settings;
  const isLater = (server: Server) => (first === 'any' || familyOf(server.address) === first ? 0 : 1);
  const sorted = shuffle(servers, randomness).sort((a, b) => a.preference - b.preference || isLater(a) - isLater(b));
  if (most === 0 || sorted.length <= most) return sorted;
  return settings.smtp_balance_inet_protocols ? balance(sorted, most) : sorted.slice(0, most);
}

export function familyOf(address: string): InetProtocol {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** Fisher and Yates: every order is as likely as any other. */
export function shuffle<T>(items: readonly T[], randomness: Randomness): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = randomness.bytes(4).readUInt32BE() % (last + 1);
    const [one, two] = [shuffled[last], shuffled[other]];
    if (one !== undefined && two !== undefined) [shuffled[last], shuffled[other]] = [two, one];
  }
  return shuffled;
}

/** Half of the places for each family, and what one does not need for the other; the order stays. */
function balance<Server extends Ranked>(servers: readonly Server[], most: number): Server[] {
  const counts = { ipv4: 0, ipv6: 0 };
  for (const { address } of servers) counts[familyOf(address)]++;
  const half = Math.floor(most / 2);
  const odd = most % 2;
  const first = familyOf(servers[0]?.address ?? '');
  const share = (own: InetProtocol, other: InetProtocol) =>
    Math.min(counts[own], Math.max(most - counts[other], half + (own === first ? odd : 0)));
  const room = { ipv4: share('ipv4', 'ipv6'), ipv6: share('ipv6', 'ipv4') };
  return servers.filter(({ address }) => room[familyOf(address)]-- > 0);
}
