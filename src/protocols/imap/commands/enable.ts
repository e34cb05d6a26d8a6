// ENABLE: nothing that this server offers needs it yet, so that nothing is enabled. RFC 5161 §3.1.

import { formatEnabled } from '../format/server-data.ts';
import { completed, type Move } from '../move.ts';

export function runEnable(): Move {
  return completed('ENABLE completed', { untagged: [formatEnabled([])] });
}
