// APPEND. RFC 3501 §6.3.11, RFC 4315 §3 (APPENDUID), RFC 7889 §4 (TOOBIG). What can be refused is refused before the
// message is taken in.

import { runsOf } from '#base/intervals.ts';
import type { AppendCommand } from '../command.ts';
import { ask, bad, completed, type Move, no, refusedTarget } from '../move.ts';
import type { LiveState } from '../state.ts';

export function runAppend({ mailbox, message }: AppendCommand, { facts }: LiveState): Move {
  const { sizeBytes, flags, internalDateMs } = message;
  if (sizeBytes > facts.appendLimitBytes) {
    return no('TOOBIG', `Messages may have at most ${facts.appendLimitBytes} octets`);
  }
  if (sizeBytes === 0) return no('CANNOT', 'A message of no octets cannot be kept');
  return ask<'receive-message'>({ kind: 'receive-message', sizeBytes }, (received) => {
    if (received === 'has-nul') return no('CANNOT', 'Messages may not hold NUL');
    if (received === 'malformed') return bad('The command goes on behind its message');
    return ask<'append'>({ kind: 'append', mailbox, flags, internalDateMs }, (outcome) => {
      if (!outcome.ok) return refusedTarget(outcome.error);
      const { uidValidity, uids } = outcome.value;
      return completed('APPEND completed', { code: { kind: 'appenduid', uidValidity, uids: runsOf(uids) } });
    });
  });
}
