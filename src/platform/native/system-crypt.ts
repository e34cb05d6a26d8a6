// Passwords as the system hashes them: whatever its libcrypt knows, yescrypt (`$y$`) included. Hashing takes tens of
// milliseconds by design: it runs in the pool of threads, a few at a time, with a bounded number waiting. For a process that
// uses the pool for nothing else: the authenticator.

import { timingSafeEqual } from 'node:crypto';
import { openLibrary } from './library.ts';

export interface CryptLimits {
  readonly atOnce: number;
  readonly waiting: number;
  /** Longer settings are no hash of libcrypt's. */
  readonly settingBytes: number;
}

export const DEFAULT_CRYPT_LIMITS: CryptLimits = { atOnce: 2, waiting: 128, settingBytes: 384 };

export interface SystemCrypt {
  /** `unavailable` when too many wait already. Takes as long for a wrong secret as for the right one. */
  verify(secret: string, hash: string): Promise<boolean | 'unavailable'>;
}

type CryptRn = {
  async(
    secret: string,
    setting: string,
    data: Buffer,
    size: number,
    done: (failure: unknown, hash: string | null) => void,
  ): void;
};

/** `sizeof (struct crypt_data)`, the same wherever libcrypt.so.1 comes from libxcrypt. */
const CRYPT_DATA_BYTES = 32_768;
const CRYPT_RN = 'const char *crypt_rn(const char *phrase, const char *setting, _Out_ uint8_t *data, int size)';

/** Throws WorldError where libcrypt is missing. */
export function openSystemCrypt(limits: CryptLimits = DEFAULT_CRYPT_LIMITS): SystemCrypt {
  const library = openLibrary('libcrypt.so.1', 'system users');
  const cryptRn: CryptRn = library.func(CRYPT_RN);
  const turns = new Turns(limits);
  return {
    async verify(secret, hash) {
      // A NUL would end the secret for libcrypt: `right\0anything` must not be `right`.
      if (secret.includes('\0') || hash.includes('\0') || Buffer.byteLength(hash) > limits.settingBytes) return false;
      const turn = turns.take();
      if (turn === undefined) return 'unavailable';
      await turn;
      try {
        const computed = await compute(cryptRn, secret, hash);
        return computed !== undefined && isEqual(computed, hash);
      } finally {
        turns.pass();
      }
    },
  };
}

/** The hash, with the setting before it; `undefined` where libcrypt cannot read the setting. Occupies its thread. */
export type CryptNow = (secret: string, setting: string) => string | undefined;

/** For a thread that does nothing else. Throws WorldError where libcrypt is missing. */
export function openCryptNow(): CryptNow {
  const library = openLibrary('libcrypt.so.1', 'passwords hashed by crypt(3)');
  const cryptRn = library.func(CRYPT_RN);
  return (secret, setting) => {
    const data = Buffer.alloc(CRYPT_DATA_BYTES);
    const hash: string | null = cryptRn(secret, setting, data, data.length);
    data.fill(0);
    return hash === null || hash.startsWith('*') ? undefined : hash;
  };
}

/** `undefined` where libcrypt cannot read the setting. */
async function compute(cryptRn: CryptRn, secret: string, setting: string): Promise<string | undefined> {
  const data = Buffer.alloc(CRYPT_DATA_BYTES);
  try {
    return await new Promise((resolve, reject) => {
      cryptRn.async(secret, setting, data, data.length, (failure, hash) => {
        if (failure) reject(failure);
        else resolve(hash ?? undefined);
      });
    });
  } finally {
    data.fill(0);
  }
}

function isEqual(computed: string, kept: string): boolean {
  const [one, other] = [Buffer.from(computed), Buffer.from(kept)];
  // libcrypt's «failure token» (`*0`) is no hash that anything is equal to.
  return !computed.startsWith('*') && one.length === other.length && timingSafeEqual(one, other);
}

class Turns {
  readonly #limits: CryptLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: CryptLimits) {
    this.#limits = limits;
  }

  take(): Promise<void> | undefined {
    if (this.#running < this.#limits.atOnce) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.#limits.waiting) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
