// The certificate that is really served for a name, and the TLSA record that fits its key. RFC 6698 §2.1, RFC 7671 §5.1: «3 1 1»
// stays right when a certificate is renewed with the same key.

import { createHash } from 'node:crypto';
import { connect } from 'node:tls';

export interface TlsPort {
  readonly address: string;
  readonly port: number;
}

const TIMEOUT_MS = 5_000;

/** `undefined`: nobody answers there. */
export function findTlsaData({ address, port }: TlsPort, name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Our own server is asked, and by what is seen others will know it: there is nothing to verify it by.
    const socket = connect({ host: address, port, servername: name, rejectUnauthorized: false });
    const end = (data: string | undefined) => {
      resolve(data);
      socket.destroy();
    };
    socket.setTimeout(TIMEOUT_MS, () => end(undefined));
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.on('secureConnect', () => {
      const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
      end(key === undefined ? undefined : `3 1 1 ${createHash('sha256').update(key).digest('hex')}`);
    });
  });
}
