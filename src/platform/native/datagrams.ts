// Messages to a Unix socket of datagrams, which Node has none of. A message is sent at once or not at all: nobody waits.

import { cLibrary } from './c-library.ts';
import { systemCallFailure } from './library.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2_000_002;
const MSG_DONTWAIT_NOSIGNAL = 0x40_40;
const CODES = { 1: 'EPERM', 13: 'EACCES', 24: 'EMFILE' };

/** Whoever listens at `path` may come and go. False where the message was not taken. */
export type SendDatagram = (message: string) => boolean;

/** Throws WorldError. */
export function openDatagrams(path: string): SendDatagram {
  const library = cLibrary();
  const socket = library.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) throw systemCallFailure('opening a socket', library.lastErrno(), CODES);
  // `struct sockaddr_un`: family, path, zero.
  const address = Buffer.from(`\0\0${path}\0`);
  address.writeUInt16LE(AF_UNIX);
  return (message) => {
    const octets = Buffer.from(message);
    return library.sendto(socket, octets, octets.length, MSG_DONTWAIT_NOSIGNAL, address, address.length) >= 0;
  };
}
