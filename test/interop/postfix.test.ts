// Postfix on both sides: what it sends arrives here, what we send arrives there, and what either refuses comes back.

import { describeExchange } from './mail-exchange.ts';
import { startPostfix } from './postfix-server.ts';
import { findProgram } from './real-program.ts';

const isPossible = findProgram('postfix') !== undefined && process.getuid?.() === 0;

describeExchange('Postfix', {
  skip: isPossible ? false : 'needs Postfix, and root',
  offersStartTls: true,
  knowsSmtpUtf8: true,
  namesEnvelopes: true,
  // It serves both of its sides here, and takes what it sends.
  start: (port, ourPort) => startPostfix(port, ourPort),
});
