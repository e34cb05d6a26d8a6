// What a name server does wrong, on request: `slow` answers late, `truncate` wants TCP, `lame` sends the asker elsewhere.

export const ZONE_FAULTS = [
  'servfail',
  'timeout',
  'truncate',
  'refuse',
  'malformed',
  'lame',
  'slow',
  'wrong-id',
  'wrong-question',
] as const;

export type ZoneFault = (typeof ZONE_FAULTS)[number];
