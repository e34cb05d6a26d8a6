// Whether the name of an address looks like that of somebody's home: many servers take no mail from such. Providers write the
// address into the name, or what kind of line it is.

import { parseIpAddress } from '#base/ip-network.ts';

/** Whole parts of a name between dots, dashes and digits. `static`, `ip` and `client` are said of rented machines, too. */
const LINE_WORDS = new Set([
  'adsl',
  'broadband',
  'cable',
  'catv',
  'cust',
  'customer',
  'dhcp',
  'dial',
  'dialin',
  'dialup',
  'dip',
  'dsl',
  'dyn',
  'dynamic',
  'dynamicip',
  'ftth',
  'home',
  'pool',
  'ppp',
  'pppoe',
  'res',
  'residential',
  'vdsl',
  'wifi',
  'xdsl',
]);

/** `dynamic`: a line of a home. `generic`: a name that was made of the address, as for rented machines. */
export type NameKind = 'own' | 'generic' | 'dynamic';

export function kindOfName(name: string, address: string): NameKind {
  const host = name.toLowerCase();
  const words = host
    .split('.')
    .slice(0, -2)
    .join('.')
    .split(/[^a-z]+/);
  const bearsAddress = containsAddress(host, address);
  const isLine = words.some((word) => LINE_WORDS.has(word));
  if (isLine && (bearsAddress || /\d/.test(host.split('.')[0] ?? ''))) return 'dynamic';
  return bearsAddress ? 'generic' : 'own';
}

function containsAddress(host: string, address: string): boolean {
  const octets = parseIpAddress(address);
  if (octets === undefined) return false;
  if (octets.length > 4)
    return (
      host.replace(/[^0-9a-f]/g, '').includes(octets.subarray(-4).toString('hex')) && octets.readUInt32BE(12) > 0xffff
    );
  const numbers = [...octets];
  const written = new Set(
    host
      .split(/[^0-9]+/)
      .filter((part) => part !== '')
      .map(Number),
  );
  const distinct = new Set(numbers);
  const isDecimal = distinct.size > 1 && [...distinct].every((number) => written.has(number));
  return isDecimal || host.replace(/[-.]/g, '').includes(octets.toString('hex'));
}
