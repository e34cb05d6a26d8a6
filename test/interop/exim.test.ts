// Exim on both sides, a second opinion beside Postfix's.

import { after } from 'node:test';
import { startExim } from './exim-server.ts';
import { describeExchange } from './mail-exchange.ts';
import { findProgram } from './real-program.ts';
import { unpackPackage } from './unpacked-package.ts';

const isPossible = findProgram('apt-get') !== undefined && process.getuid?.() === 0;
const unpacked = isPossible ? unpackPackage('exim4-daemon-light') : undefined;
after(() => unpacked?.[Symbol.dispose]());

describeExchange('Exim', {
  skip: unpacked === undefined ? 'needs the package of Exim, and root' : false,
  offersStartTls: true,
  knowsSmtpUtf8: true,
  namesEnvelopes: true,
  start: (port, ourPort) => startExim(unpacked?.root ?? '', port, ourPort),
});
