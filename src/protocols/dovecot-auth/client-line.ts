// What a client of the auth protocol says: Postfix (`smtpd_sasl_type = dovecot`), Exim, Dovecot's own login processes.
//
//   auth   = "AUTH" TAB id TAB mechanism *( TAB parameter ) [ TAB "resp=" base64 ]
//   cont   = "CONT" TAB id TAB base64
//   cancel = "CANCEL" TAB id

import { parseBase64 } from '#protocols/sasl/base64.ts';
import { formatAuthLine, parseAuthLine, parseRequestId, readParameters } from './auth-line.ts';
import { type AuthVersion, parseVersion } from './handshake.ts';

/** Where the person stands who logs in there, as the client tells it. */
export interface AuthRequest {
  readonly id: number;
  readonly mechanism: string;
  /** `smtp`, `imap` … */
  readonly service: string;
  readonly localAddress: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly localPort: number | undefined;
  readonly remotePort: number | undefined;
  /** That connection has TLS. */
  readonly secured: boolean;
  /** A process of the client's is going to ask whose login it was. */
  readonly isToBegin: boolean;
  /** The server's last word may stand in OK. */
  readonly takesFinalResponse: boolean;
  readonly initialResponse: Buffer | undefined;
}

export type ClientLine =
  | { readonly kind: 'version'; readonly version: AuthVersion }
  | { readonly kind: 'process'; readonly processId: number }
  | { readonly kind: 'auth'; readonly request: AuthRequest }
  | { readonly kind: 'continue'; readonly id: number; readonly response: Buffer }
  | { readonly kind: 'cancel'; readonly id: number }
  /** Right in form, and not of this version: passed over. */
  | { readonly kind: 'other' };

const MECHANISM = /^[A-Za-z0-9_-]{1,20}$/;

export function parseClientLine(line: Buffer): ClientLine | undefined {
  const [command, ...fields] = parseAuthLine(line) ?? [];
  switch (command) {
    case 'VERSION':
      return toVersion(fields);
    case 'CPID':
      return toProcess(fields[0]);
    case 'AUTH':
      return toAuth(fields);
    case 'CONT':
      return toContinue(fields);
    case 'CANCEL':
      return toCancel(fields[0]);
    default:
      return command === undefined || command === '' ? undefined : { kind: 'other' };
  }
}

function toVersion(fields: readonly string[]): ClientLine | undefined {
  const version = parseVersion(fields);
  return version && { kind: 'version', version };
}

function toProcess(text: string | undefined): ClientLine | undefined {
  const processId = parseRequestId(text);
  return processId === undefined ? undefined : { kind: 'process', processId };
}

function toAuth([idText, mechanism = '', ...rest]: readonly string[]): ClientLine | undefined {
  const id = parseRequestId(idText);
  if (id === undefined || !MECHANISM.test(mechanism)) return undefined;
  // Everything behind `resp=` is passed over, whatever somebody got into it.
  const at = rest.findIndex((field) => field.startsWith('resp='));
  const given = at === -1 ? undefined : rest[at]?.slice('resp='.length);
  const initialResponse = given === undefined ? undefined : parseBase64(given);
  if (given !== undefined && initialResponse === undefined) return undefined;
  const parameters = readParameters(at === -1 ? rest : rest.slice(0, at));
  return {
    kind: 'auth',
    request: {
      id,
      mechanism: mechanism.toUpperCase(),
      service: parameters.get('service') ?? '',
      localAddress: parameters.get('lip'),
      remoteAddress: parameters.get('rip'),
      localPort: parsePort(parameters.get('lport')),
      remotePort: parsePort(parameters.get('rport')),
      secured: parameters.has('secured'),
      isToBegin: !parameters.has('nologin'),
      takesFinalResponse: parameters.has('final-resp-ok'),
      initialResponse,
    },
  };
}

function toContinue([idText, data]: readonly string[]): ClientLine | undefined {
  const id = parseRequestId(idText);
  const response = data === undefined ? undefined : parseBase64(data);
  return id === undefined || response === undefined ? undefined : { kind: 'continue', id, response };
}

function toCancel(idText: string | undefined): ClientLine | undefined {
  const id = parseRequestId(idText);
  return id === undefined ? undefined : { kind: 'cancel', id };
}

function parsePort(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/** Our own questions to a Dovecot: there is no person's address in them, for who guesses is slowed down here already. */
export function formatAuthRequest(request: {
  readonly id: number;
  readonly mechanism: string;
  readonly service: string;
  readonly initialResponse: Buffer;
}): string {
  const { id, mechanism, service, initialResponse } = request;
  const given = `resp=${initialResponse.toString('base64')}`;
  return formatAuthLine(['AUTH', String(id), mechanism, `service=${service}`, 'nologin', 'secured', given]);
}
