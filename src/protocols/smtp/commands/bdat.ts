// BDAT: a counted chunk of the content follows at once. RFC 3030 §2. Its octets are read in every phase, so that what
// stands in them is never taken for commands.

import { ask, type Step, sayAndClose } from '../event.ts';
import { reply, type SmtpReply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';

// bdat-cmd   = "BDAT" SP chunk-size [ SP end-marker ] CRLF
// chunk-size = 1*DIGIT
// end-marker = "LAST"
const BDAT = /^(\d{1,20})(?: (LAST))?$/i;

export function bdat(state: CommandState, argument: string, setting: SmtpSetting): Step {
  const match = BDAT.exec(argument);
  if (match === null) {
    return sayAndClose(state, reply(501, '5.5.4', 'Syntax: BDAT size [LAST]; where the chunk ends cannot be told'));
  }
  const octets = Number(match[1]);
  if (octets > setting.limits.messageOctets + setting.limits.discardOctets) {
    return sayAndClose(state, reply(552, '5.3.4', 'The chunk is far larger than a message may be'));
  }
  if (state.phase !== 'envelope' && state.phase !== 'chunks') {
    return skipChunk(state, octets, reply(503, '5.5.1', 'Need MAIL and RCPT before BDAT'));
  }
  if (state.transaction.recipients === 0) return refuseChunk(state, octets, reply(503, '5.5.1', 'No valid recipients'));
  const chunk = { octets, last: match[2] !== undefined };
  const asks = setting.asksAtData === true && state.phase === 'envelope';
  return asks ? ask({ kind: 'data', chunk }, state) : beginChunk(state, chunk);
}

export function beginChunk(
  { session, transaction }: Extract<CommandState, { phase: 'envelope' | 'chunks' }>,
  { octets, last }: { readonly octets: number; readonly last: boolean },
): Step {
  return { state: { phase: 'chunk', session, transaction, octets, last }, effects: [] };
}

/** The message is over: of the chunks that are on their way already none may begin it anew, without this one. */
export function refuseChunk({ session }: CommandState, octets: number, answer: SmtpReply): Step {
  const { state } = skipChunk({ phase: 'ready', session }, octets, answer);
  return { state, effects: [{ kind: 'abandon', reason: 'failed' }] };
}

function skipChunk(from: CommandState, octets: number, answer: SmtpReply): Step {
  return { state: { phase: 'skipping', session: from.session, octets, reply: answer, from }, effects: [] };
}
