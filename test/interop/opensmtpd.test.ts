// OpenSMTPD on both sides, a third opinion.

import { after } from 'node:test';
import { describeExchange } from './mail-exchange.ts';
import { startOpenSmtpd } from './opensmtpd-server.ts';
import { findProgram } from './real-program.ts';
import { unpackPackage } from './unpacked-package.ts';

const isPossible = findProgram('apt-get') !== undefined && process.getuid?.() === 0;
const unpacked = isPossible ? unpackPackage('opensmtpd') : undefined;
after(() => unpacked?.[Symbol.dispose]());

describeExchange('OpenSMTPD', {
  skip: unpacked === undefined ? 'needs the package of OpenSMTPD, and root' : false,
  offersStartTls: false,
  knowsSmtpUtf8: false,
  namesEnvelopes: false,
  start: (port, ourPort) => startOpenSmtpd(unpacked?.root ?? '', port, ourPort),
});
