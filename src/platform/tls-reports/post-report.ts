// A report to whoever takes them by HTTPS. RFC 8460 §5.4. That the certificate of such a host cannot be verified must not
// stop it: it may be just what the report is about.

import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import { WorldError } from '#base/world-error.ts';
import { type FindAddresses, fixedLookup } from '../sockets/known-addresses.ts';

const TIMEOUT_MS = 60_000;

export type PostReport = (url: string, compressed: Buffer, ending: AbortSignal) => Promise<void>;

/** Throws WorldError where it is not taken. */
export function createReportPost(findAddresses: FindAddresses): PostReport {
  return async (url, compressed, ending) => {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    const addresses = await findAddresses(host);
    if (!addresses.ok) throw new WorldError(`post a report: ${addresses.error}`, { transient: true });
    await post(url, compressed, fixedLookup(addresses.value), ending);
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
