// NOOP. RFC 1939 §5.

import type { Pop3Command } from '../command.ts';
import { ok } from '../reply.ts';
import { refuse, say } from '../step.ts';

export const noop: Pop3Command = {
  transaction(state, argument) {
    return argument === undefined ? say(state, ok('Nothing done')) : refuse(state, 'NOOP takes no argument');
  },
};
