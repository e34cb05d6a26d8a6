// `valija doctor`.

import { z } from 'zod';

export const doctorSettings = {
  doctor_time_server: z
    .string()
    .default('')
    .describe(
      'A server of time (NTP) that `valija doctor` compares the clock with, such as "pool.ntp.org"; empty: none.',
    ),
};
