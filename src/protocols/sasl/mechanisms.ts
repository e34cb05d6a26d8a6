// The mechanisms we speak, strongest first: this list is the register. RFC 4422 §3.2.

import { startLogin } from './login.ts';
import { startPlain } from './plain.ts';
import { startScramSha256 } from './scram-sha-256.ts';
import type { SaslStep } from './step.ts';

export interface SaslMechanism {
  /** `sasl-mech = 1*20mech-char`, upper-case. */
  readonly name: string;
  readonly start: (freshNonce: () => string) => SaslStep;
}

export const SASL_MECHANISMS: readonly SaslMechanism[] = [
  { name: 'SCRAM-SHA-256', start: (freshNonce) => startScramSha256(freshNonce()) },
  { name: 'PLAIN', start: startPlain },
  { name: 'LOGIN', start: startLogin },
];

/** Whatever the case. */
export function findSaslMechanism(name: string): SaslMechanism | undefined {
  const wanted = name.toUpperCase();
  return SASL_MECHANISMS.find((mechanism) => mechanism.name === wanted);
}
