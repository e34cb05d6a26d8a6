// Where nothing is simulated.

import { err } from '#base/result.ts';
import type { Simulator } from '#mail/ports/simulator.ts';

export const NO_SIMULATOR: Simulator = {
  simulate: async () => err('nothing is simulated here'),
  replay: async () => err('nothing is replayed here'),
};
