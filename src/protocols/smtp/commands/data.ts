// DATA: the content follows, and a dot on a line of its own ends it. RFC 5321 §4.1.1.4.

import { ask, type Step, say } from '../event.ts';
import { complainOfArgument, mistake } from '../mistake.ts';
import type { Answer, Question } from '../question.ts';
import { GO_AHEAD, reply } from '../reply.ts';
import type { SmtpSetting } from '../setting.ts';
import type { CommandState } from '../state.ts';
import { beginChunk, refuseChunk } from './bdat.ts';

export function data(state: CommandState, argument: string, setting: SmtpSetting): Step {
  if (state.phase !== 'envelope') throw new Error(`DATA in phase ${state.phase}`);
  const complaint = complainOfArgument(state, 'DATA', argument, setting);
  if (complaint !== undefined) return complaint;
  // Whoever pipelines says DATA before it can know that every recipient was refused: no mistake.
  if (state.transaction.recipients === 0) return say(state, reply(503, '5.5.1', 'No valid recipients'));
  if (state.transaction.parameters.body === 'BINARYMIME') {
    return mistake(state, reply(503, '5.5.1', 'BINARYMIME needs BDAT'), setting);
  }
  return setting.asksAtData === true ? ask({ kind: 'data', chunk: undefined }, state) : goAhead(state);
}

export function dataAnswered(
  from: CommandState,
  { chunk }: Extract<Question, { kind: 'data' }>,
  answer: Answer,
  setting: SmtpSetting,
): Step {
  if (from.phase !== 'envelope') throw new Error(`an answer to DATA in phase ${from.phase}`);
  if (answer.kind !== 'verdict' && answer.kind !== 'failed') throw new Error(`DATA was answered with ${answer.kind}`);
  const permits = answer.kind === 'verdict' && answer.outcome === 'permit';
  if (chunk !== undefined) return permits ? beginChunk(from, chunk) : refuseChunk(from, chunk.octets, answer.reply);
  if (permits) return goAhead(from);
  const isMistake = answer.kind === 'verdict' && answer.outcome === 'reject';
  return isMistake ? mistake(from, answer.reply, setting) : say(from, answer.reply);
}

function goAhead({ session, transaction }: Extract<CommandState, { phase: 'envelope' }>): Step {
  return say({ phase: 'content', session, transaction }, GO_AHEAD);
}
