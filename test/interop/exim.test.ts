// Exim on both sides, a second opinion beside Postfix's.

import { after } from 'node:test';
import { fetchExim, startExim } from './exim-server.ts';
import { describeExchange } from './mail-exchange.ts';
import { findProgram } from './real-program.ts';

const isPossible = findProgram('apt-get') !== undefined && process.getuid?.() === 0;
const exim = isPossible ? fetchExim() : undefined;
after(() => exim?.[Symbol.dispose]());

describeExchange('Exim', {
  skip: exim === undefined ? 'needs the package of Exim, and root' : false,
  start: (port, ourPort) => startExim(exim?.program ?? '', port, ourPort),
});
