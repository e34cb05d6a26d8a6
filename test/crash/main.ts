// `npm run crash -- N`: so many rounds of the sweep; stops at the first broken promise.

import { sweep } from './sweep.ts';

const EX_USAGE = 64;
const rounds = Number(process.argv[2] ?? 200);
if (Number.isInteger(rounds) && rounds > 0) {
  const report = await sweep(rounds, (line) => console.log(line));
  console.log(
    `${report.rounds} kills, ${report.hitOpen} of them while a transaction was open; ${report.acknowledged} acknowledgements, none broken`,
  );
} else {
  console.error('usage: npm run crash -- N');
  process.exitCode = EX_USAGE;
}
