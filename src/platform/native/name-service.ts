// The system's databases of users and groups, asked in this process: getpwnam_r(3) and its like tell «there is none» from «a
// source could not be asked», which getent(1) tells alike. They may wait for a network: in libuv's pool.

import { WorldError } from '#base/world-error.ts';
import { openLibrary } from './library.ts';

export type NameDatabase = 'passwd' | 'shadow' | 'group';

export interface NameAnswer {
  /** 0: all sources were asked, down to the one that knows the name. */
  readonly errno: number;
  readonly isFound: boolean;
}

export type AskNameService = (database: NameDatabase, name: string) => Promise<NameAnswer>;

const FUNCTIONS: Readonly<Record<NameDatabase, string>> = {
  passwd: 'getpwnam_r',
  shadow: 'getspnam_r',
  group: 'getgrnam_r',
};
/** Larger than each of the structures. */
const STRUCTURE_BYTES = 256;
const TEXT_BYTES = 65_536;
const POINTER_BYTES = 8;
const ERANGE = 34;

/** Throws WorldError where the C library cannot be called. */
export function openNameService(): AskNameService {
  const library = openLibrary('libc.so.6', 'system users');
  const prototypeOf = (name: string) =>
    `int ${name}(const char *name, _Out_ uint8_t *entry, _Out_ uint8_t *text, size_t size, _Out_ uint8_t *result)`;
  const functions = {
    passwd: library.func(prototypeOf(FUNCTIONS.passwd)),
    shadow: library.func(prototypeOf(FUNCTIONS.shadow)),
    group: library.func(prototypeOf(FUNCTIONS.group)),
  };
  return (database, name) => {
    const entry = Buffer.alloc(STRUCTURE_BYTES);
    const text = Buffer.alloc(TEXT_BYTES);
    const result = Buffer.alloc(POINTER_BYTES);
    return new Promise((resolve, reject) => {
      functions[database].async(name, entry, text, text.length, result, (failure: unknown, errno: number) => {
        text.fill(0);
        if (failure) reject(new WorldError('asking the name service', { transient: true, cause: failure }));
        // It is there, and longer than we have room for.
        else if (errno === ERANGE) resolve({ errno: 0, isFound: true });
        else resolve({ errno, isFound: result.some((octet) => octet !== 0) });
      });
    });
  };
}
