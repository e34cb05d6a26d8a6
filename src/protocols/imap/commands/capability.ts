// CAPABILITY. RFC 3501 §6.1.1.

import { capabilitiesOf } from '../capability.ts';
import { formatCapability } from '../format/server-data.ts';
import { completed, type Move } from '../move.ts';
import type { LiveState } from '../state.ts';

export function runCapability(_command: unknown, { phase, facts }: LiveState): Move {
  const names = capabilitiesOf(facts, phase !== 'not-authenticated');
  return completed('CAPABILITY completed', { untagged: [formatCapability(names)] });
}
