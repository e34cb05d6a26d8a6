// The client side of SMTP and LMTP as a function of state and event. RFC 5321 §3, RFC 2033. It neither waits nor reads;
// in `ready` the caller says what comes next, and QUIT is a matter of theirs.

import { unreachable } from '#base/unreachable.ts';
import { type ClientEvent, type ClientStep, wait } from './event.ts';
import { NO_EXTENSIONS } from './extensions.ts';
import type { SessionFailure } from './failure.ts';
import { giveUp, greeted, helloAnswered, loginAnswered, startTlsAnswered, tlsStarted } from './handshake.ts';
import type { RemoteReply } from './remote-reply.ts';
import type { ClientSetting } from './setting.ts';
import { awaitedStage, type ClientState } from './state.ts';
import { beginMessage, beginProbe, contentAnswered, endTransaction, envelopeAnswered } from './transaction.ts';

/** The connection is open; the server speaks first. `secured`: TLS runs already. */
export function begin(secured: boolean): ClientStep {
  const session = { offered: NO_EXTENSIONS, secured, loggedIn: false, mustReset: false };
  return wait({ phase: 'greeting', session });
}

/** Throws only where the caller breaks the contract: an event that the phase does not wait for. */
export function step(state: ClientState, event: ClientEvent, setting: ClientSetting): ClientStep {
  switch (event.kind) {
    case 'reply':
      return replied(state, event.reply, setting);
    case 'broken-reply':
      return ended(state, { kind: 'broken-reply', stage: awaitedStage(state), defect: event.defect });
    case 'tls-started':
      return state.phase === 'securing' ? tlsStarted(state.session, setting) : unexpected(state, event);
    case 'tls-failed':
      return ended(state, { kind: 'tls-failed', text: event.text });
    case 'message':
      return state.phase === 'ready' ? beginMessage(state.session, event.envelope) : unexpected(state, event);
    case 'probe':
      return state.phase === 'ready' ? beginProbe(state.session, event.envelope) : unexpected(state, event);
    case 'content-cut-off':
      return ended(state, { kind: event.by, stage: 'content' });
    case 'peer-closed':
      return ended(state, { kind: 'lost', stage: awaitedStage(state) });
    case 'timed-out':
      return ended(state, { kind: 'timed-out', stage: awaitedStage(state) });
    default:
      return unreachable(event);
  }
}

function replied(state: ClientState, reply: RemoteReply, setting: ClientSetting): ClientStep {
  switch (state.phase) {
    case 'greeting':
      return greeted(state.session, reply, setting);
    case 'hello':
      return helloAnswered(state, reply, setting);
    case 'starttls':
      return startTlsAnswered(state.session, reply, setting);
    case 'login':
      return loginAnswered(state.session, state.exchange, reply);
    case 'envelope':
      return envelopeAnswered(state, reply, setting);
    case 'content':
      return contentAnswered(state, reply, setting);
    case 'ready':
      // Nothing was asked: whatever it is, questions and answers no longer go together.
      return giveUp(state.session, { kind: 'refused', stage: 'ready', reply });
    case 'securing':
    case 'closed':
      return unexpected(state, { kind: 'reply' });
    default:
      return unreachable(state);
  }
}

function ended(state: ClientState, failure: SessionFailure): ClientStep {
  if (state.phase === 'envelope' || state.phase === 'content') return endTransaction(state, failure);
  return state.phase === 'closed' ? wait(state) : giveUp(state.session, failure);
}

function unexpected(state: ClientState, event: { readonly kind: string }): never {
  throw new Error(`SMTP client: ${event.kind} in phase ${state.phase}`);
}
