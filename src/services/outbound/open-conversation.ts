// A conversation with one server, from the dialling to where a message may begin.

import { isNameMatched, isVerified, type TlsPolicy } from '#mail/delivery/tls-policy.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Dialer, ServerIdentity } from '#mail/ports/dialer.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { SessionFailure } from '#protocols/smtp/client/failure.ts';
import type { Credentials } from '#protocols/smtp/client/login.ts';
import type { ClientSetting } from '#protocols/smtp/client/setting.ts';
import type { OpenConversation } from './connection-cache.ts';
import { Conversation } from './conversation.ts';
import { type Explanation, explainDialFailure, explainFailure, serverName } from './failure-words.ts';
import { findCredentials } from './relay-login.ts';
import type { SaslSecurityOption, SmtpClientSettings } from './settings.ts';
import type { Target } from './target.ts';

export interface ConversationWorld {
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

export interface ConversationRequest {
  /** Whose log line it is. */
  readonly queueId: string;
  readonly target: Target;
  readonly destination: string;
  readonly policy: TlsPolicy;
  /** Whose login it may be: `smtp_sender_dependent_authentication`. */
  readonly sender: string | undefined;
  /** Where TLS is tried and fails, the server may be talked to without. */
  readonly mayFallBackToClear: boolean;
}

export type Opening =
  | { readonly kind: 'open'; readonly open: OpenConversation }
  /** `kind` is what it means for the message if there is no other server. */
  | { readonly kind: 'deferred' | 'failed'; readonly why: Explanation };

/** Where we may meet ourselves: on other ports another server of this machine may bear our name. */
const LOOP_PORT = 25;
const NO_NAMES: ReadonlySet<string> = new Set();
const NONCE_OCTETS = 18;

/** Throws WorldError when a table cannot be asked. */
export async function openConversation(
  world: ConversationWorld,
  settings: SmtpClientSettings,
  request: ConversationRequest,
): Promise<Opening> {
  const { target, destination, sender, policy } = request;
  const credentials = await findCredentials(settings.passwords, { server: target.server, destination, sender });
  const startTls = policy.level === 'none' ? 'never' : policy.level === 'may' ? 'if-offered' : 'required';
  const opening = await converse(world, settings, request, credentials, startTls);
  if (opening.kind !== 'open') logFailure(world.log, settings, request, opening.why);
  if (opening.kind !== 'tls-failed') return opening;
  const mayFallBack = request.mayFallBackToClear && startTls === 'if-offered' && credentials === undefined;
  if (!mayFallBack) return { kind: 'deferred', why: opening.why };
  const inClear = await converse(world, settings, request, credentials, 'never');
  return inClear.kind === 'tls-failed' ? { kind: 'deferred', why: inClear.why } : inClear;
}

function logFailure(
  log: Log,
  { protocol }: SmtpClientSettings,
  { queueId, target }: ConversationRequest,
  { text }: Explanation,
): void {
  const host = serverName(target.server);
  log.write('info', protocol, `${queueId}: ${text.includes(host) ? text : `${host}: ${text}`}`);
}

async function converse(
  world: ConversationWorld,
  settings: SmtpClientSettings,
  { target, destination, policy }: ConversationRequest,
  credentials: Credentials | undefined,
  startTls: ClientSetting['startTls'],
): Promise<Opening | { readonly kind: 'tls-failed'; readonly why: Explanation }> {
  const { timeouts } = settings;
  const { server } = target;
  const openedMs = world.clock.nowMs();
  const connection = await world.dialer.dial({
    target: target.dial,
    bindAddress: server.address.includes(':') ? settings.bindAddress6 : settings.bindAddress,
    timeoutMs: timeouts.connectMs,
    writeTimeoutMs: timeouts.dataXferMs,
  });
  if (!connection.ok) return { kind: 'deferred', why: explainDialFailure(server, connection.error) };
  const conversation = new Conversation({
    ...settings,
    connection: connection.value,
    clock: world.clock,
    setting: clientSetting(settings, world.randomness, { target, credentials, startTls }),
    tls: {
      serverName: policy.serverName === 'hostname' ? sniName(server.name) : policy.serverName,
      sessionKey: `${server.name} ${server.address} ${server.port} ${policy.level}`,
    },
    judge: (identity) => judgeIdentity(identity, policy, { hostname: server.name, destination }),
  });
  const failure = await conversation.greet();
  if (failure === undefined) return { kind: 'open', open: { conversation, server, openedMs, messages: 0 } };
  conversation.leave();
  const why = explainFailure(failure, server);
  return failure.kind === 'tls-failed' ? { kind: 'tls-failed', why } : judgeFailure(failure, why, target, settings);
}

function judgeFailure(
  failure: SessionFailure,
  why: Explanation,
  target: Target,
  { skip5xxGreeting }: SmtpClientSettings,
): Opening {
  if (failure.kind === 'loop') {
    return target.isBest ? { kind: 'failed', why } : { kind: 'deferred', why: { ...why, status: '4.4.6' } };
  }
  const isPermanent = failure.kind === 'refused' && failure.reply.code >= 500;
  if (!isPermanent) return { kind: 'deferred', why };
  const isPassedOver = failure.stage === 'greeting' && skip5xxGreeting;
  return isPassedOver
    ? { kind: 'deferred', why: { ...why, status: `4${why.status.slice(1)}` } }
    : { kind: 'failed', why };
}

interface SettingFacts {
  readonly target: Target;
  readonly credentials: Credentials | undefined;
  readonly startTls: ClientSetting['startTls'];
}

function clientSetting(settings: SmtpClientSettings, randomness: Randomness, facts: SettingFacts): ClientSetting {
  const reveals = (options: readonly SaslSecurityOption[]) => !options.includes('noplaintext');
  return {
    protocol: settings.protocol,
    heloName: settings.heloName,
    startTls: facts.startTls,
    credentials: facts.credentials,
    mayRevealPassword: {
      inClear: reveals(settings.saslSecurityOptions),
      underTls: reveals(settings.saslTlsSecurityOptions),
    },
    nonce: facts.credentials === undefined ? '' : randomness.bytes(NONCE_OCTETS).toString('base64'),
    ownNames: facts.target.server.port === LOOP_PORT ? settings.ownNames : NO_NAMES,
  };
}

function judgeIdentity(
  { distrust, names }: ServerIdentity,
  policy: TlsPolicy,
  server: { readonly hostname: string; readonly destination: string },
): string | undefined {
  if (!isVerified(policy)) return undefined;
  if (distrust !== undefined) return `Server certificate not trusted (${distrust})`;
  if (isNameMatched(policy, names, server)) return undefined;
  return `Server certificate not verified: it is for ${names.join(', ') || 'no name'}`;
}

/** SNI knows names only. RFC 6066 §3. */
function sniName(name: string): string | undefined {
  return /[a-z]/i.test(name) && !name.includes(':') ? name : undefined;
}
