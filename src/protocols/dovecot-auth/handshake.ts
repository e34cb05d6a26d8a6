// How the two sides of an auth connection greet each other; neither waits for the other. Dovecot, Design.AuthProtocol.
//
//   server = version *mech spid cuid cookie "DONE" LF      ; to a client
//   server = version spid                                 ; to a master
//   client = version cpid
//   mech   = "MECH" TAB name *( TAB property ) LF

import { formatAuthLine } from './auth-line.ts';

/** Of both protocols: a difference in the first number means that nothing is understood. */
export const AUTH_CLIENT_VERSION = { major: 1, minor: 2 };
export const AUTH_MASTER_VERSION = { major: 1, minor: 1 };

export interface AuthVersion {
  readonly major: number;
  readonly minor: number;
}

export interface ServerIdentity {
  readonly processId: number;
  /** Different for each connection. */
  readonly connectionNumber: number;
  /** 128 random bits. */
  readonly cookie: Buffer;
}

// What a Postfix beside us chooses by, with `smtpd_sasl_security_options`.
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  PLAIN: ['plaintext'],
  LOGIN: ['plaintext'],
  'SCRAM-SHA-256': ['mutual-auth'],
  'SCRAM-SHA-1': ['mutual-auth'],
};

export function formatServerHandshake(mechanisms: readonly string[], identity: ServerIdentity): string {
  return [
    ['VERSION', String(AUTH_CLIENT_VERSION.major), String(AUTH_CLIENT_VERSION.minor)],
    ...mechanisms.map((name) => ['MECH', name, ...(PROPERTIES[name] ?? [])]),
    ['SPID', String(identity.processId)],
    ['CUID', String(identity.connectionNumber)],
    ['COOKIE', identity.cookie.toString('hex')],
    ['DONE'],
  ]
    .map(formatAuthLine)
    .join('');
}

export function formatMasterServerHandshake(processId: number): string {
  const { major, minor } = AUTH_MASTER_VERSION;
  return formatAuthLine(['VERSION', String(major), String(minor)]) + formatAuthLine(['SPID', String(processId)]);
}

export function formatClientHandshake(processId: number): string {
  const { major, minor } = AUTH_CLIENT_VERSION;
  return formatAuthLine(['VERSION', String(major), String(minor)]) + formatAuthLine(['CPID', String(processId)]);
}

export function formatMasterHandshake(): string {
  const { major, minor } = AUTH_MASTER_VERSION;
  return formatAuthLine(['VERSION', String(major), String(minor)]);
}

/** Of the fields behind VERSION. */
export function parseVersion(fields: readonly string[]): AuthVersion | undefined {
  const [major = '', minor = ''] = fields;
  if (!/^\d{1,9}$/.test(major) || !/^\d{1,9}$/.test(minor)) return undefined;
  return { major: Number(major), minor: Number(minor) };
}
