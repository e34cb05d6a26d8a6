// From the greeting to where a message may begin: EHLO (or HELO, or LHLO), STARTTLS and EHLO once more, AUTH.
// RFC 5321 §3.1, §3.2, RFC 3207 §4, RFC 4954 §4.

import { parseBase64 } from '#protocols/sasl/base64.ts';
import { type ClientStep, send, wait } from './event.ts';
import { NO_EXTENSIONS, readExtensions } from './extensions.ts';
import type { SessionFailure } from './failure.ts';
import { type LoginStep, startLoginExchange } from './login.ts';
import type { RemoteReply } from './remote-reply.ts';
import type { ClientSetting } from './setting.ts';
import type { ClientState, Hello, Session } from './state.ts';

export function greeted(session: Session, reply: RemoteReply, setting: ClientSetting): ClientStep {
  if (reply.code >= 300) return giveUp(session, { kind: 'refused', stage: 'greeting', reply });
  return sayHello(session, setting.protocol === 'lmtp' ? 'LHLO' : 'EHLO', setting);
}

export function helloAnswered(
  { session, verb }: Extract<ClientState, { phase: 'hello' }>,
  reply: RemoteReply,
  setting: ClientSetting,
): ClientStep {
  if (reply.code >= 300) {
    // A server of before 1995 does not know EHLO; one that offered it before TLS does.
    const mayBeOld = verb === 'EHLO' && reply.code >= 500 && !session.secured;
    return mayBeOld ? sayHello(session, 'HELO', setting) : giveUp(session, { kind: 'refused', stage: verb, reply });
  }
  const name = (/^\S+/.exec(reply.lines[0]?.slice(4) ?? '')?.[0] ?? '').toLowerCase();
  if (setting.ownNames.has(name)) return giveUp(session, { kind: 'loop', name });
  const offered = verb === 'HELO' ? NO_EXTENSIONS : readExtensions(reply);
  const greeted = { ...session, offered };
  if (session.secured || setting.startTls === 'never') return logIn(greeted, setting);
  if (offered.startTls) return send({ phase: 'starttls', session: greeted }, 'STARTTLS\r\n');
  return setting.startTls === 'required' ? giveUp(greeted, { kind: 'tls-not-offered' }) : logIn(greeted, setting);
}

export function startTlsAnswered(session: Session, reply: RemoteReply, setting: ClientSetting): ClientStep {
  if (reply.code < 300) return { state: { phase: 'securing', session }, effects: [{ kind: 'start-tls' }] };
  // A server that offers TLS and then has none is talked to in clear only by whoever does not need it.
  return setting.startTls === 'required' ? giveUp(session, { kind: 'tls-refused', reply }) : logIn(session, setting);
}

/** What was said in clear counts for nothing: anybody could have said it. RFC 3207 §4.2. */
export function tlsStarted(session: Session, setting: ClientSetting): ClientStep {
  const secured = { ...session, secured: true, offered: NO_EXTENSIONS };
  return sayHello(secured, setting.protocol === 'lmtp' ? 'LHLO' : 'EHLO', setting);
}

/** A server that offers no AUTH lets us in by our address, or not at all: it will say so. */
function logIn(session: Session, setting: ClientSetting): ClientStep {
  const { credentials, mayRevealPassword, nonce } = setting;
  const { mechanisms } = session.offered;
  if (credentials === undefined || mechanisms === undefined) return ready(session);
  const exchange = startLoginExchange(mechanisms, credentials, {
    mayRevealPassword: session.secured ? mayRevealPassword.underTls : mayRevealPassword.inClear,
    nonce,
  });
  if (exchange === undefined) return giveUp(session, { kind: 'no-mechanism' });
  return send({ phase: 'login', session, exchange }, `AUTH ${exchange.mechanism} ${exchange.response}\r\n`);
}

export function loginAnswered(session: Session, exchange: LoginStep, reply: RemoteReply): ClientStep {
  if (reply.code === 334) return challenged(session, exchange, reply);
  if (reply.code >= 300) return giveUp(session, { kind: 'login-refused', reply });
  if (!exchange.mayEnd) return giveUp(session, { kind: 'login-broken' });
  return ready({ ...session, loggedIn: true });
}

function challenged(session: Session, exchange: LoginStep, reply: RemoteReply): ClientStep {
  const challenge = parseBase64(reply.lines[0]?.slice(4) ?? '');
  const next = challenge === undefined ? undefined : exchange.read?.(challenge);
  if (next === undefined) return giveUp(session, { kind: 'login-broken' });
  return send({ phase: 'login', session, exchange: next }, `${next.response}\r\n`);
}

function sayHello(session: Session, verb: Hello, { heloName }: ClientSetting): ClientStep {
  return send({ phase: 'hello', session, verb }, `${verb} ${heloName}\r\n`);
}

function ready(session: Session): ClientStep {
  return wait({ phase: 'ready', session, results: [] });
}

export function giveUp(session: Session, failure: SessionFailure): ClientStep {
  return wait({ phase: 'closed', session, failure, results: [] });
}
