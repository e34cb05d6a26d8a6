// What the server says it can do: less before login, and what concerns TLS and logins as they are now.
// RFC 3501 §6.1.1, §7.2.1; each name's RFC beside it.

import type { ServerFacts } from './server-facts.ts';

/** Useful before login, and true after it. */
const ALWAYS = [
  'IMAP4rev1',
  'LITERAL+', // RFC 7888
  'SASL-IR', // RFC 4959
  'ID', // RFC 2971
  'ENABLE', // RFC 5161
  'IDLE', // RFC 2177
];

const AFTER_LOGIN = [
  'NAMESPACE', // RFC 2342
  'CHILDREN', // RFC 3348
  'UNSELECT', // RFC 3691
  'UIDPLUS', // RFC 4315
  'ESEARCH', // RFC 4731
  'LIST-EXTENDED', // RFC 5258
  'LIST-STATUS', // RFC 5819
  'SPECIAL-USE', // RFC 6154
  'CREATE-SPECIAL-USE', // RFC 6154
  'MOVE', // RFC 6851
  'STATUS=SIZE', // RFC 8438
];

export function capabilitiesOf(facts: ServerFacts, loggedIn: boolean): string[] {
  if (loggedIn) return [...ALWAYS, ...AFTER_LOGIN, `APPENDLIMIT=${facts.appendLimitBytes}`]; // RFC 7889
  const security = facts.secure ? [] : ['STARTTLS'];
  const mayLogin = facts.secure && facts.mechanisms.includes('PLAIN');
  return [
    ...ALWAYS,
    ...security,
    ...(mayLogin ? [] : ['LOGINDISABLED']),
    ...facts.mechanisms.map((mechanism) => `AUTH=${mechanism}`),
  ];
}
