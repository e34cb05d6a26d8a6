// A conversation with one server, from the dialling to where a message may begin.

import type { DestinationTls, ServerTls, TlsDemand, TlsRefusal } from '#mail/delivery/server-tls.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Dialer } from '#mail/ports/dialer.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { Credentials } from '#protocols/smtp/client/login.ts';
import type { ClientSetting } from '#protocols/smtp/client/setting.ts';
import { Conversation } from './conversation.ts';
import { type Explanation, explainDialFailure, explainFailure, serverName } from './failure-words.ts';
import { judgeFailure, type Opening, type TlsFailed } from './opening.ts';
import { findCredentials } from './relay-login.ts';
import type { SaslSecurityOption, SmtpClientSettings } from './settings.ts';
import type { Target } from './target.ts';
import { planServerTls, type TlsPlanWorld } from './tls-plan.ts';
import { describeSecurity, isReported, TlsWitness } from './tls-witness.ts';

export interface ConversationWorld extends TlsPlanWorld {
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

export interface ConversationRequest {
  /** Whose log line it is. */
  readonly queueId: string;
  readonly target: Target;
  readonly tls: DestinationTls;
  /** Whose login it may be: `smtp_sender_dependent_authentication`. */
  readonly sender: string | undefined;
  /** Where TLS is tried and fails, the server may be talked to without. */
  readonly mayFallBackToClear: boolean;
}

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
  const { target, tls: destination, sender } = request;
  const credentials = await findCredentials(settings.passwords, {
    server: target.server,
    destination: destination.destination,
    sender,
  });
  const planned = await planServerTls(world, settings, destination, target);
  if (!planned.ok) return refuse(world, settings, request, planned.error);
  const tls = planned.value;
  const opening = await converse(world, settings, request, { credentials, tls, startTls: START_TLS[tls.demand.kind] });
  if (opening.kind !== 'open') logFailure(world.log, settings, request, opening.why);
  if (opening.kind !== 'tls-failed') return opening;
  const mayFallBack = request.mayFallBackToClear && tls.demand.kind === 'may' && credentials === undefined;
  if (!mayFallBack) return { ...opening, kind: tls.onFailure };
  const inClear = await converse(world, settings, request, { credentials, tls, startTls: 'never' });
  return inClear.kind === 'tls-failed' ? { ...inClear, kind: 'deferred' } : inClear;
}

const START_TLS: Readonly<Record<TlsDemand['kind'], ClientSetting['startTls']>> = {
  none: 'never',
  may: 'if-offered',
  encrypt: 'required',
  certificate: 'required',
  tlsa: 'required',
};

/** Before a word was said: a policy forbids it. */
function refuse(
  world: ConversationWorld,
  settings: SmtpClientSettings,
  request: ConversationRequest,
  { kind, status, text, basis, failure, applied }: TlsRefusal,
): Opening {
  const { target, tls: destination } = request;
  const { name, address } = target.server;
  if (isReported(destination)) {
    const flaw = { type: failure, mxName: name, receivingAddress: address, reason: text };
    world.tlsResults.add({ domain: destination.domain, policy: applied, failure: flaw });
  }
  logFailure(world.log, settings, request, { status, text });
  const security = describeSecurity(destination, { basis });
  return { kind, why: { status, text }, isFinal: false, security };
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

interface Approach {
  readonly credentials: Credentials | undefined;
  readonly tls: ServerTls;
  readonly startTls: ClientSetting['startTls'];
}

async function converse(
  world: ConversationWorld,
  settings: SmtpClientSettings,
  { target, tls: destination }: ConversationRequest,
  { credentials, tls, startTls }: Approach,
): Promise<Opening | TlsFailed> {
  const { timeouts } = settings;
  const { server } = target;
  const openedMs = world.clock.nowMs();
  const connection = await world.dialer.dial({
    target: target.dial,
    bindAddress: server.address.includes(':') ? settings.bindAddress6 : settings.bindAddress,
    timeoutMs: timeouts.connectMs,
    writeTimeoutMs: timeouts.dataXferMs,
  });
  if (!connection.ok) {
    const security = describeSecurity(destination, tls);
    return { kind: 'deferred', why: explainDialFailure(server, connection.error), isFinal: false, security };
  }
  const { localAddress } = connection.value;
  const witness = new TlsWitness({ ...world, tls, destination, server, localAddress });
  const conversation = new Conversation({
    ...settings,
    connection: connection.value,
    clock: world.clock,
    setting: clientSetting(settings, world.randomness, { target, credentials, startTls }),
    tls: { serverName: tls.serverName, sessionKey: sessionKey(server, tls) },
    judge: (identity) => witness.judge(identity),
  });
  const failure = await conversation.greet();
  // In clear after TLS had failed: that failure is told already.
  if (startTls !== 'never') witness.conclude(failure, conversation.tls !== undefined);
  const { security } = witness;
  if (failure === undefined) {
    logTls(world.log, settings, server, conversation.tls, witness.trust);
    return { kind: 'open', open: { conversation, server, security, openedMs, messages: 0 } };
  }
  conversation.leave();
  const judged = judgeFailure(failure, explainFailure(failure, server), {
    isBest: target.isBest,
    skip5xxGreeting: settings.skip5xxGreeting,
    onTlsFailure: tls.onFailure,
  });
  return { ...judged, security };
}

/** As Postfix writes it: what those who look for it know. */
function logTls(
  log: Log,
  { protocol, tlsLogLevel }: SmtpClientSettings,
  server: Target['server'],
  tls: string | undefined,
  trust: string | undefined,
): void {
  if (tls === undefined || trust === undefined || tlsLogLevel === 0) return;
  log.write('info', protocol, `${trust} TLS connection established to ${serverName(server)}:${server.port}: ${tls}`);
}

/** Whoever must prove who they are does so anew each time: what is kept of a session is what held then. */
function sessionKey({ name, address, port }: Target['server'], { demand, trial }: ServerTls): string | undefined {
  const isVerified = demand.kind === 'certificate' || demand.kind === 'tlsa' || trial !== undefined;
  return isVerified ? undefined : `${name} ${address} ${port} ${demand.kind}`;
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
