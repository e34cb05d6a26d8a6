// CAPA: what we can do, as things stand. RFC 2449 §5, §6; RFC 5034 §3 (SASL), RFC 2595 §4 (STLS), RFC 3206 §4.

import type { Pop3Command } from '../command.ts';
import { listing } from '../reply.ts';
import type { CommandState } from '../state.ts';
import { refuse, type Step, say } from '../step.ts';

const ALWAYS = ['TOP', 'UIDL', 'PIPELINING', 'RESP-CODES', 'AUTH-RESP-CODE', 'EXPIRE NEVER', 'IMPLEMENTATION Valija'];

export const capa: Pop3Command = { authorization: tellCapabilities, transaction: tellCapabilities };

function tellCapabilities(state: CommandState, argument: string | undefined): Step {
  if (argument !== undefined) return refuse(state, 'CAPA takes no argument');
  return say(state, listing('Capability list follows', capabilities(state)));
}

function capabilities({ session }: CommandState): string[] {
  const mayLogin = session.secure && session.mechanisms.includes('PLAIN');
  const login = [...(mayLogin ? ['USER'] : []), ...(session.secure ? [] : ['STLS'])];
  const sasl = session.mechanisms.length > 0 ? [`SASL ${session.mechanisms.join(' ')}`] : [];
  return [...login, ...sasl, ...ALWAYS];
}
