// `npm run crash -- N`: so many kills, after every second one the power fails too; stops at the first broken promise.

import { describeSweep } from './describe-sweep.ts';
import { sweep } from './sweep.ts';

const EX_USAGE = 64;
const DEFAULT_KILLS = 200;

const kills = Number(process.argv[2] ?? DEFAULT_KILLS);
if (Number.isInteger(kills) && kills > 0) {
  console.log(describeSweep(await sweep(kills, { cutPowerEvery: 2, tell: console.log })));
} else {
  console.error('usage: npm run crash -- N');
  process.exitCode = EX_USAGE;
}
