// A report to whoever takes them by HTTPS. RFC 8460 §5.4. That the certificate of such a host cannot be verified must not
// stop it: it may be just what the report is about. A stranger's record names the place, which must not be one behind our own
// firewall.

import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isInAnyNetwork } from '#base/ip-network.ts';
import { UNROUTABLE_NETWORKS } from '#base/unroutable-networks.ts';
import { WorldError } from '#base/world-error.ts';
import { type FindAddresses, fixedLookup } from '../sockets/known-addresses.ts';

const TIMEOUT_MS = 60_000;

export type PostReport = (url: string, compressed: Buffer, ending: AbortSignal) => Promise<void>;

export interface PostSettings {
  /** Of this machine and of networks that the Internet does not reach, as in a lab. */
  readonly allowsPrivate: boolean;
}

/** Throws WorldError where it is not taken. */
export function createReportPost(findAddresses: FindAddresses, { allowsPrivate }: PostSettings): PostReport {
  return async (url, compressed, ending) => {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    const found = await findAddresses(host);
    if (!found.ok) throw new WorldError(`post a report: ${found.error}`, { transient: true });
    const addresses = found.value.filter((address) => allowsPrivate || !isInAnyNetwork(address, UNROUTABLE_NETWORKS));
    if (addresses.length === 0) {
      const text = `${host} (${found.value.join(', ')}) is not on the Internet`;
      throw new WorldError(`post a report: ${text}`, { transient: false });
    }
    // An address in the URL itself is nobody's to look up: it has been judged above.
    await post(url, compressed, fixedLookup(addresses), ending);
  };
}

function post(url: string, compressed: Buffer, lookup: LookupFunction, ending: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new WorldError('post a report', { transient: true, cause }));
    const asked = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/tlsrpt+gzip', 'content-length': compressed.length },
        minVersion: 'TLSv1.2',
        rejectUnauthorized: false,
        agent: false,
        lookup,
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ending]),
      },
      (answer) => {
        const { statusCode = 0 } = answer;
        answer.destroy();
        if (statusCode >= 200 && statusCode < 300) resolve();
        else fail(new Error(`the answer is ${statusCode}`));
      },
    );
    asked.on('error', fail);
    asked.end(compressed);
  });
}
