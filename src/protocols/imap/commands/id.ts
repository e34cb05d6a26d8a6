// ID: who we are; what the client says of itself is for the log. RFC 2971 §3.1.

import { formatId } from '../format/server-data.ts';
import { completed, type Move } from '../move.ts';
import type { LiveState } from '../state.ts';

export function runId(_command: unknown, { facts }: LiveState): Move {
  return completed('ID completed', { untagged: [formatId(facts.identity)] });
}
