// One message on its way: on a connection that waits, then to the servers of its destination, in turn.

import type { DeliveryFailure } from '#mail/delivery/delivery-failure.ts';
import type { DestinationTls } from '#mail/delivery/server-tls.ts';
import type { DeliveryJob, DeliveryOutcome } from '#mail/ports/transport.ts';
import type { RecipientResult } from '#protocols/smtp/client/recipient-result.ts';
import { type ConnectionCache, cacheKey, type OpenConversation } from './connection-cache.ts';
import { DeliveryAttempt } from './delivery-attempt.ts';
import { explainNoRequireTls, serverName } from './failure-words.ts';
import { type FittedMessage, fitMessage } from './fit-message.ts';
import { type ConversationWorld, openConversation } from './open-conversation.ts';
import { OutgoingContent } from './outgoing-content.ts';
import type { SmtpClientSettings } from './settings.ts';
import { type ChooseServers, findTargets, type Target } from './target.ts';
import { planDestinationTls } from './tls-plan.ts';

export interface DeliveryWorld extends ConversationWorld {
  readonly chooseServers: ChooseServers;
}

const NO_SERVER: DeliveryFailure = { kind: 'deferred', status: '4.4.1', text: 'no server could be tried' };

export class Delivery {
  readonly #world: DeliveryWorld;
  readonly #settings: SmtpClientSettings;
  readonly #cache: ConnectionCache;
  readonly #job: DeliveryJob;
  readonly #attempt: DeliveryAttempt;
  readonly #destination: string;
  /** Addresses that were talked to. */
  readonly #tried = new Set<string>();
  #sessions = 0;
  #connectedMs: number | undefined;

  constructor(
    world: DeliveryWorld,
    settings: SmtpClientSettings,
    cache: ConnectionCache,
    job: DeliveryJob,
    destination: string,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#cache = cache;
    this.#job = job;
    this.#destination = destination;
    this.#attempt = new DeliveryAttempt(job);
  }

  /** When the first server was ready for the message. */
  get connectedMs(): number | undefined {
    return this.#connectedMs;
  }

  /** Throws WorldError when a table, or the content, cannot be read. */
  async run(): Promise<readonly DeliveryOutcome[]> {
    const { message, sender } = this.#job;
    const tls = await planDestinationTls(this.#world, this.#settings, this.#destination, message.tlsWish);
    if (!tls.ok) return this.#attempt.ended(tls.error);
    const content = await OutgoingContent.open(this.#job.content);
    const key = cacheKey(this.#settings, tls.value, sender);
    await this.#useWaiting(key, content);
    if (this.#attempt.isOver) return this.#attempt.ended(NO_SERVER);
    const targets = await findTargets(this.#settings, this.#world.chooseServers, this.#destination);
    if (!targets.ok) return this.#attempt.ended(targets.error);
    for (const target of targets.value) {
      if (this.#attempt.isOver || this.#hasTalkedEnough()) break;
      if (!this.#tried.has(target.server.address)) await this.#tryTarget(target, tls.value, key, content);
    }
    return this.#attempt.ended(NO_SERVER);
  }

  /** What went wrong is our affair; who has an answer keeps it. */
  ended(failure: DeliveryFailure): readonly DeliveryOutcome[] {
    return this.#attempt.ended(failure);
  }

  #hasTalkedEnough(): boolean {
    const { mxSessionLimit } = this.#settings;
    return mxSessionLimit > 0 && this.#sessions >= mxSessionLimit;
  }

  /** The server may have closed a connection in the meantime: that is no answer to anybody. */
  async #useWaiting(key: string, content: OutgoingContent): Promise<void> {
    for (let open = this.#cache.take(key); open !== undefined; open = this.#cache.take(key)) {
      this.#connectedMs ??= this.#world.clock.nowMs();
      if (await this.#hand(open, key, content, true)) return;
    }
    this.#connectedMs = undefined;
  }

  async #tryTarget(target: Target, tls: DestinationTls, key: string, content: OutgoingContent): Promise<void> {
    const { clock } = this.#world;
    const { message, sender } = this.#job;
    const opening = await openConversation(this.#world, this.#settings, {
      queueId: message.queueId,
      target,
      tls,
      sender: this.#settings.senderDependentAuthentication ? sender : undefined,
      mayFallBackToClear: clock.nowMs() - message.arrivedMs >= this.#settings.clearAfterMs,
    });
    if (opening.kind === 'open') {
      this.#connectedMs ??= clock.nowMs();
      await this.#hand(opening.open, key, content, false);
      return;
    }
    const { kind, why, security, isFinal } = opening;
    const { server } = target;
    if (!isFinal) return this.#attempt.passedOver(why, { server, security, kind });
    for (const recipient of this.#attempt.waiting) this.#attempt.failed(recipient, why, server);
  }

  /** False where a connection that had waited turned out to be dead. */
  async #hand(open: OpenConversation, key: string, content: OutgoingContent, hadWaited: boolean): Promise<boolean> {
    const { conversation, server, security } = open;
    if (this.#job.message.tlsWish === 'required' && isRelay(this.#settings) && !conversation.offered.requireTls) {
      this.#attempt.passedOver(explainNoRequireTls(server), { server, security, kind: 'failed' });
      this.#settle(open, key);
      return true;
    }
    try {
      const fitted = await this.#fit(open, content);
      for (const { recipient, ...why } of fitted.unfit) this.#attempt.failed(recipient, why, server);
      const { recipients, envelope } = fitted;
      const results = recipients.length === 0 ? [] : await conversation.send(envelope, fitted.content);
      if (hadWaited && results.some(isStale)) {
        conversation.leave();
        return false;
      }
      const { tls, offered } = conversation;
      this.#attempt.answered(recipients, results, { server, tls, security, passedDsn: offered.dsn });
    } catch (error) {
      conversation.destroy();
      throw error;
    }
    open.messages++;
    this.#settle(open, key);
    return true;
  }

  #settle(open: OpenConversation, key: string): void {
    this.#sessions++;
    this.#tried.add(open.server.address);
    this.#cache.give(key, open);
  }

  #fit({ conversation, server }: OpenConversation, content: OutgoingContent): Promise<FittedMessage> {
    return fitMessage({
      job: this.#job,
      recipients: this.#attempt.waiting,
      content,
      offered: conversation.offered,
      host: serverName(server),
      auth: conversation.loggedIn && this.#settings.sendDummyMailAuth ? '<>' : undefined,
    });
  }
}

/** By LMTP it comes home: what was to be kept on the way has been. */
function isRelay({ protocol }: SmtpClientSettings): boolean {
  return protocol === 'smtp';
}

/** Gone before it had heard of the message, or about to go. */
export function isStale(result: RecipientResult): boolean {
  if (result.kind === 'answered') return result.by === 'MAIL' && result.reply.code === 421;
  const { failure } = result;
  const isDead = failure.kind === 'lost' || failure.kind === 'refused';
  return isDead && (failure.stage === 'MAIL' || failure.stage === 'RSET');
}
