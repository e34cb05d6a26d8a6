// No keys, for tests that are about something else.

import { err, ok } from '#base/result.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';

const NONE = err({ code: 'not-found', message: 'there are no keys' } as const);

export const NO_SIGNING_KEYS: SigningKeyAdmin = {
  generate: async () => ok([]),
  list: async () => [],
  rotate: async () => NONE,
  check: async () => NONE,
  importKey: async () => NONE,
  remove: async () => NONE,
};
