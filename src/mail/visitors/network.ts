// The network that a client's address stands for: one IPv4 address, or the /64 that one IPv6 subscriber has. RFC 6177.

const MAPPED_IPV4 = '::ffff:';
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;

/** `192.0.2.1`, `2001:db8:0:1::/64` */
export function networkOf(address: string): string {
  const lower = address.toLowerCase();
  if (!lower.includes(':')) return lower;
  if (lower.startsWith(MAPPED_IPV4) && lower.includes('.')) return lower.slice(MAPPED_IPV4.length);
  const [bare = ''] = lower.split('%');
  const [head = '', tail] = bare.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, ALL_GROUPS - front.length - back.length) }, () => '0');
  const groups = [...front, ...zeros, ...back].slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
