// Where hosts of strangers are that are asked by HTTPS: found by our own resolver, with the rules for strangers' DNS data.

import type { LookupFunction } from 'node:net';
import { err, ok, type Result } from '#base/result.ts';
import { findUsableAddresses, type HostLookupWorld } from '#mail/delivery/host-addresses.ts';

/** The error is why it is found nowhere. */
export type FindAddresses = (host: string) => Promise<Result<readonly string[], string>>;

export function createAddressFinder(world: HostLookupWorld): FindAddresses {
  return async (host) => {
    const meant = { host, port: 443, isAddress: false, isBracketed: false, usesDefaultPort: true };
    const found = await findUsableAddresses(world, meant, host);
    return 'status' in found ? err(found.text) : ok(found.addresses);
  };
}

/** The addresses are known: nobody else is asked. */
export function fixedLookup(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, options, callback) => {
    const [first] = known;
    if (options.all === true || first === undefined) callback(null, known);
    else callback(null, first.address, first.family);
  };
}
