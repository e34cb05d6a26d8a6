// How a refused login is told. RFC 3206: [AUTH] means that other credentials may help, [SYS/TEMP] that time will. A
// disabled account reads like a wrong password: what it is, its owner hears from whoever disabled it.

import type { LoginRefusal } from '#protocols/sasl/login-outcome.ts';
import { error, type Pop3Reply } from './reply.ts';

export const LOGIN_REFUSALS: Readonly<Record<LoginRefusal, Pop3Reply>> = {
  'invalid-credentials': error('Authentication failed', 'AUTH'),
  disabled: error('Authentication failed', 'AUTH'),
  throttled: error('Too many failed logins, try again later', 'SYS/TEMP'),
  unavailable: error('Nobody can log in just now, try again later', 'SYS/TEMP'),
  malformed: error('The response is malformed'),
  cancelled: error('Authentication cancelled'),
  'mechanism-unknown': error('Unknown mechanism'),
};
