// Proves a system user's password against /etc/shadow. For the authenticator's process only, which may read it and does
// nothing else. Every answer costs one hash: who does not exist, or may not log in, is answered no sooner than who mistyped.

import type { Clock } from '#mail/ports/clock.ts';
import { DEFAULT_CRYPT_LIMITS, type SystemCrypt } from '#platform/native/system-crypt.ts';
import { type Getent, mayBeLoginName } from './getent.ts';
import { parseShadowLine, shadowState } from './shadow-entry.ts';

/** `later`: too many are being checked. */
export type ShadowAnswer = 'yes' | 'no' | 'later';

export interface ShadowLogin {
  /** Throws WorldError when the system cannot be asked. */
  check(account: string, secret: string): Promise<ShadowAnswer>;
}

/** Of nobody's password: yescrypt with Debian's cost, as most accounts have. */
const DECOY = '$y$j9T$dW4Gn4RHLM9orK43ih6NM/$nEW3v1BKyeubtqMlorfkpVy.Ess7DrGOoxOy4bA.MkD';
const DAY_MS = 86_400_000;
const LONGEST_SECRET_BYTES = 512;

export function createShadowLogin(clock: Clock, getent: Getent, crypt: SystemCrypt): ShadowLogin {
  const findUsableHash = async (account: string): Promise<string | undefined> => {
    const line = mayBeLoginName(account) ? await getent('shadow', account) : undefined;
    const entry = line === undefined ? undefined : parseShadowLine(line, account);
    if (entry === undefined || shadowState(entry, Math.floor(clock.nowMs() / DAY_MS)) !== 'usable') return undefined;
    return Buffer.byteLength(entry.hash) <= DEFAULT_CRYPT_LIMITS.settingBytes ? entry.hash : undefined;
  };
  return {
    async check(account, secret) {
      const hash = await findUsableHash(account);
      const isPossible = Buffer.byteLength(secret) <= LONGEST_SECRET_BYTES && !secret.includes('\0');
      const matches = await crypt.verify(isPossible ? secret : '', hash ?? DECOY);
      if (matches === 'unavailable') return 'later';
      return matches && hash !== undefined && isPossible ? 'yes' : 'no';
    },
  };
}
