// The C library, opened once: what Node has no call for.

import { type NativeLibrary, openLibrary } from './library.ts';

const FILE = 'libc.so.6';
const PURPOSE = 'system users';

export interface CLibrary {
  fcntl(descriptor: number, command: number, argument: Buffer | null): number;
  socket(family: number, type: number, protocol: number): number;
  sendto(
    descriptor: number,
    octets: Buffer,
    octetCount: number,
    flags: number,
    address: Buffer,
    addressLength: number,
  ): number;
  /** In libuv's pool: it waits for the disk. */
  syncfs(descriptor: number, done: (failure: unknown, result: number) => void): void;
  /** In libuv's pool. */
  mallocTrim(paddingBytes: number, done: (failure: unknown, result: number) => void): void;
  lastErrno(): number;
}

let opened: CLibrary | undefined;

/** Throws WorldError where it cannot be called. */
export function cLibrary(): CLibrary {
  opened ??= bindFunctions(openLibrary(FILE, PURPOSE));
  return opened;
}

function bindFunctions(library: NativeLibrary): CLibrary {
  const fcntl = library.func('int fcntl(int fd, int cmd, ...)');
  return {
    // Behind the dots of a prototype each argument comes with its type.
    fcntl: (descriptor, command, argument) => Number(fcntl(descriptor, command, 'void *', argument)),
    socket: library.func('int socket(int family, int type, int protocol)'),
    sendto: library.func(
      'long sendto(int fd, const uint8_t *octets, size_t count, int flags, const uint8_t *address, uint32_t length)',
    ),
    syncfs: library.func('int syncfs(int fd)').async,
    mallocTrim: library.func('int malloc_trim(size_t padding)').async,
    lastErrno: library.lastErrno,
  };
}
