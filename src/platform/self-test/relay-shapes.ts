// The shapes in which strangers have tried to send through others: those of rlytest and of the testers of abuse.net and
// ORBS, with what came later. RFC 5321 §3.6.1.

export interface RelayShape {
  /** Without angle brackets. */
  readonly from: string;
  readonly to: string;
}

export interface RelayNames {
  /** Another's domain, that nobody has. */
  readonly foreign: string;
  /** One of ours. */
  readonly here: string;
}

const VICTIM = 'self-test';
/** Of nobody: RFC 5737 §3. */
export const LITERAL = '[198.51.100.25]';

/** Whatever our domain is: who it claims to be from, and plainly to whom. */
export function plainShapes({ foreign, here }: RelayNames): RelayShape[] {
  const to = `${VICTIM}@${foreign}`;
  return [
    { from: `spam@${foreign}`, to },
    { from: '', to },
    { from: 'postmaster', to },
    { from: `postmaster@${here}`, to },
    { from: 'postmaster@localhost', to },
    { from: 'postmaster@[127.0.0.1]', to },
    { from: `spam@${foreign}`, to: `${VICTIM}@${LITERAL}` },
    { from: `spam@${foreign}`, to: `"${VICTIM}@${foreign}"` },
    { from: `spam@${foreign}`, to: `"${VICTIM}%${foreign}"` },
    { from: `spam@${foreign}`, to: `${foreign}!${VICTIM}` },
    { from: `spam@${foreign}`, to: `${VICTIM}%${foreign}` },
    { from: '', to: `postmaster@${foreign}` },
  ];
}

/** Those that name a place of ours on the way. */
export function routedShapes({ foreign, here }: RelayNames): RelayShape[] {
  const from = `spam@${foreign}`;
  return [
    `${VICTIM}%${foreign}@${here}`,
    `${VICTIM}@${foreign}@${here}`,
    `"${VICTIM}@${foreign}"@${here}`,
    `"${VICTIM}%${foreign}"@${here}`,
    `@${here}:${VICTIM}@${foreign}`,
    `@${here},@${foreign}:${VICTIM}@${foreign}`,
    `${foreign}!${VICTIM}@${here}`,
    `"${foreign}!${VICTIM}"@${here}`,
    `${here}!${VICTIM}@${foreign}`,
    `${VICTIM}%${foreign}%${here}@${here}`,
  ].map((to) => ({ from, to }));
}
