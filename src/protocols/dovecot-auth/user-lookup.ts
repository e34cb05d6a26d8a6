// The questions of a master, such as Dovecot's LMTP: who is that user, and where is their mail? The same form both ways. And of
// its IMAP: whose was the login that a client has just made?
//
//   user     = "USER" TAB id TAB name *( TAB parameter )       ; asked and answered
//   pass     = "PASS" TAB id TAB name *( TAB parameter )
//   request  = "REQUEST" TAB id TAB client-pid TAB client-id TAB cookie *( TAB parameter )   ; answered as user
//   notfound = "NOTFOUND" TAB id
//   fail     = "FAIL" TAB id *( TAB parameter )

import { formatAuthLine, parseAuthLine, parseRequestId, readParameters } from './auth-line.ts';
import { type AuthVersion, parseVersion } from './handshake.ts';

export type MasterLine =
  | { readonly kind: 'version'; readonly version: AuthVersion }
  | { readonly kind: 'user' | 'pass'; readonly id: number; readonly name: string }
  | { readonly kind: 'request'; readonly id: number; readonly reference: LoginReference }
  /** A question that is none of ours; it is answered with FAIL where it has a number. */
  | { readonly kind: 'other'; readonly id: number | undefined };

/** A login as the client and the process that serves the mail call it. */
export interface LoginReference {
  readonly clientProcessId: number;
  /** The client's number of the exchange. */
  readonly requestId: number;
  /** In hex: what the client was greeted with. */
  readonly cookie: string;
}

export type UserReply =
  | { readonly kind: 'found'; readonly id: number; readonly name: string; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: 'not-found'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number };

export function parseMasterLine(line: Buffer): MasterLine | undefined {
  const [command, ...fields] = parseAuthLine(line) ?? [];
  if (command === undefined || command === '') return undefined;
  if (command === 'VERSION') {
    const version = parseVersion(fields);
    return version && { kind: 'version', version };
  }
  const [idText, name] = fields;
  const id = parseRequestId(idText);
  if (command === 'REQUEST') return toRequest(id, fields.slice(1));
  if (command !== 'USER' && command !== 'PASS') return { kind: 'other', id };
  if (id === undefined || name === undefined || name === '') return undefined;
  return { kind: command === 'USER' ? 'user' : 'pass', id, name };
}

function toRequest(id: number | undefined, fields: readonly string[]): MasterLine | undefined {
  const [clientProcessId, requestId] = fields.slice(0, 2).map(parseRequestId);
  const cookie = fields[2]?.toLowerCase() ?? '';
  if (id === undefined || clientProcessId === undefined || requestId === undefined) return undefined;
  return /^[0-9a-f]{32}$/.test(cookie)
    ? { kind: 'request', id, reference: { clientProcessId, requestId, cookie } }
    : undefined;
}

export function formatUserRequest(id: number, name: string, service: string): string {
  return formatAuthLine(['USER', String(id), name, `service=${service}`]);
}

/** `verb`: a question is answered in its own words. */
export function formatUserReply(verb: 'user' | 'pass', reply: UserReply): string {
  const id = String(reply.id);
  switch (reply.kind) {
    case 'found': {
      const fields = [...reply.fields].map(([name, value]) => `${name}=${value}`);
      const who = verb === 'user' ? reply.name : `user=${reply.name}`;
      return formatAuthLine([verb.toUpperCase(), id, who, ...fields]);
    }
    case 'not-found':
      return formatAuthLine(['NOTFOUND', id]);
    default:
      return formatAuthLine(['FAIL', id, 'temp', 'code=temp_fail']);
  }
}

/** What a Dovecot answers to `USER`; `undefined` for what answers no question. */
export function parseUserReply(line: Buffer): UserReply | undefined {
  const [command, idText, name, ...rest] = parseAuthLine(line) ?? [];
  const id = parseRequestId(idText);
  if (id === undefined) return undefined;
  switch (command) {
    case 'USER':
      return name === undefined || name === '' ? undefined : { kind: 'found', id, name, fields: readParameters(rest) };
    case 'NOTFOUND':
      return { kind: 'not-found', id };
    case 'FAIL':
      return { kind: 'failed', id };
    default:
      return undefined;
  }
}
