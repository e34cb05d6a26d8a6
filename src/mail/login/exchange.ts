// One SASL exchange as the protocols see it: they carry the octets (base64, line lengths, their own replies), this
// decides. RFC 4422 §3. Throttling, the log and the journey of a login happen behind it, the same for all doors.

import type { Connection, ConnectionFacts, TlsFacts } from '#mail/ports/connection.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { FindChannelBinding } from '#protocols/sasl/channel-binding.ts';
import type { LoginAcceptance, LoginChallenge, LoginRejection } from '#protocols/sasl/login-outcome.ts';

export type LoginStep =
  | LoginChallenge
  | (LoginAcceptance & { readonly account: Account; readonly mechanism: string })
  | LoginRejection;

export interface LoginExchange {
  /** `undefined` at the first step where the client sent no initial response; `'cancel'` for `*`. */
  next(response: Buffer | undefined | 'cancel'): Promise<LoginStep>;
}

export interface LoginContext {
  readonly service: 'smtp' | 'submission' | 'imap' | 'pop3' | 'auth';
  readonly connection: ConnectionFacts;
  readonly tls: TlsFacts | undefined;
  /** Absent where TLS ends elsewhere: then no login is bound to the connection, and none is asked to be. */
  readonly channelBinding?: FindChannelBinding;
}

/** Of a connection whose TLS ends here. */
export function loginContext(service: LoginContext['service'], connection: Connection): LoginContext {
  const { facts, tls } = connection;
  return { service, connection: facts, tls, channelBinding: (type) => connection.channelBinding(type) };
}

/** What services get: made once, by `createLogin` in `mail/login/login.ts`. */
export interface Login {
  /** Mechanism names to offer, strongest first; empty without TLS. */
  mechanisms(context: LoginContext): readonly string[];
  /** The mechanism's name in any case. */
  begin(mechanism: string, context: LoginContext): LoginExchange;
  /** IMAP LOGIN, POP3 USER/PASS: the same decision without SASL. */
  password(login: string, password: string, context: LoginContext): Promise<LoginStep>;
}
