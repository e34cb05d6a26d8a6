// The keys of SCRAM-SHA-1, as older systems keep them; none are made here.

import type { PasswordScheme } from './scheme.ts';
import { scramScheme } from './scram-keys.ts';

export const scramSha1: PasswordScheme = scramScheme('SCRAM-SHA-1', 'sha1');
