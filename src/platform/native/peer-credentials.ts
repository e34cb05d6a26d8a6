// Who is at the other end of a Unix socket, as the kernel noted when it connected: never what it says of itself.

import { cLibrary } from './c-library.ts';
import { systemCallFailure } from './library.ts';

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** `struct ucred`: process, user, group. */
const UCRED_BYTES = 12;
const CODES = { 9: 'EBADF', 88: 'ENOTSOCK', 92: 'ENOPROTOOPT' };

/** Throws WorldError for anything but a connected Unix socket's descriptor. */
export function peerCredentials(descriptor: number): PeerCredentials {
  const library = cLibrary();
  const value = Buffer.alloc(UCRED_BYTES);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(UCRED_BYTES);
  if (library.getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, value, length) !== 0) {
    throw systemCallFailure('asking who connected', library.lastErrno(), CODES);
  }
  const pid = value.readInt32LE(0);
  // The kernel's «nobody» for a socket without a peer.
  if (pid === 0) throw systemCallFailure('asking who connected', 92, CODES);
  return { pid, uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) };
}

/** Of a connected `net.Socket`; Node keeps its descriptor in a field that it does not document. */
export function peerCredentialsOf(socket: object): PeerCredentials {
  const handle = '_handle' in socket ? socket._handle : undefined;
  const descriptor = typeof handle === 'object' && handle !== null && 'fd' in handle ? handle.fd : undefined;
  return peerCredentials(typeof descriptor === 'number' ? descriptor : -1);
}
