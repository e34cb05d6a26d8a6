// Asks the servers of a destination, in turn, whether they would take a recipient: all of a delivery up to RCPT. The
// connection then waits for the next question, or for the mail that follows upon a yes. RFC 5321 §3.3.

import { err, ok, type Result } from '#base/result.ts';
import type { DeliveryFailure } from '#mail/delivery/delivery-failure.ts';
import type { DestinationTls } from '#mail/delivery/server-tls.ts';
import type { ProbeAnswer } from '#mail/ports/recipient-probe.ts';
import type { RemoteServer } from '#mail/ports/transport.ts';
import type { OutgoingEnvelope } from '#protocols/smtp/client/outgoing-envelope.ts';
import type { RecipientResult } from '#protocols/smtp/client/recipient-result.ts';
import { replyText } from '#protocols/smtp/client/remote-reply.ts';
import { type ConnectionCache, cacheKey, type OpenConversation } from './connection-cache.ts';
import { type DeliveryWorld, isStale } from './delivery.ts';
import { explainResult, serverName } from './failure-words.ts';
import { isAsciiText, parsePath } from './fit-message.ts';
import { openConversation } from './open-conversation.ts';
import type { SmtpClientSettings } from './settings.ts';
import { findTargets, type Target } from './target.ts';
import { planDestinationTls } from './tls-plan.ts';

export interface CalloutQuestion {
  readonly destination: string;
  readonly address: string;
  /** `address_verify_sender`; `` is the null reverse-path. */
  readonly sender: string;
}

/** Where Postfix has a queue id: there is no message. */
const LOG_ID = 'NOQUEUE';
const NO_SERVER: ProbeAnswer = { kind: 'unknown', text: 'no server could be asked' };

export class Callout {
  readonly #world: DeliveryWorld;
  readonly #settings: SmtpClientSettings;
  readonly #cache: ConnectionCache;
  readonly #question: CalloutQuestion;

  constructor(world: DeliveryWorld, settings: SmtpClientSettings, cache: ConnectionCache, question: CalloutQuestion) {
    this.#world = world;
    this.#settings = settings;
    this.#cache = cache;
    this.#question = question;
  }

  /** Throws WorldError when a table cannot be read. */
  async run(): Promise<ProbeAnswer> {
    const { destination, sender } = this.#question;
    const tls = await planDestinationTls(this.#world, this.#settings, destination, undefined);
    if (!tls.ok) return { kind: 'unknown', text: tls.error.text };
    const key = cacheKey(this.#settings, tls.value, sender);
    const waiting = await this.#askWaiting(key);
    if (waiting !== undefined) return waiting;
    const targets = await findTargets(this.#settings, this.#world.chooseServers, destination);
    if (!targets.ok) return fromFailure(targets.error);
    return this.#askInTurn(targets.value, tls.value, key);
  }

  /** The first that knows; else what the last one said. */
  async #askInTurn(targets: readonly Target[], tls: DestinationTls, key: string): Promise<ProbeAnswer> {
    const { mxSessionLimit } = this.#settings;
    let answer = NO_SERVER;
    let sessions = 0;
    for (const target of targets) {
      const opened = await this.#open(target, tls);
      if (opened.ok) {
        answer = (await this.#ask(opened.value, key)).answer;
        sessions++;
      } else answer = opened.error;
      if (answer.kind !== 'unknown' || (mxSessionLimit > 0 && sessions >= mxSessionLimit)) break;
    }
    return answer;
  }

  async #open(target: Target, tls: DestinationTls): Promise<Result<OpenConversation, ProbeAnswer>> {
    const { sender } = this.#question;
    const opening = await openConversation(this.#world, this.#settings, {
      queueId: LOG_ID,
      target,
      tls,
      sender: this.#settings.senderDependentAuthentication ? sender : undefined,
      // There is nothing in a question that a listener could not have heard of.
      mayFallBackToClear: true,
    });
    return opening.kind === 'open' ? ok(opening.open) : err({ kind: 'unknown', text: opening.why.text });
  }

  async #askWaiting(key: string): Promise<ProbeAnswer | undefined> {
    for (let open = this.#cache.take(key); open !== undefined; open = this.#cache.take(key)) {
      const { answer, wasStale } = await this.#ask(open, key);
      if (!wasStale) return answer;
    }
    return undefined;
  }

  async #ask(open: OpenConversation, key: string): Promise<{ answer: ProbeAnswer; wasStale: boolean }> {
    const { conversation, server } = open;
    const envelope = this.#envelope(conversation.offered.smtpUtf8, server);
    if (!envelope.ok) {
      this.#cache.give(key, open);
      return { answer: envelope.error, wasStale: false };
    }
    const [result] = await conversation.probe(envelope.value);
    open.messages++;
    this.#cache.give(key, open);
    return result === undefined
      ? { answer: NO_SERVER, wasStale: false }
      : { answer: readResult(result, server), wasStale: isStale(result) };
  }

  /** The error is about an address that the server could not take, whoever it belongs to. */
  #envelope(knowsUtf8: boolean, server: RemoteServer): Result<OutgoingEnvelope, ProbeAnswer> {
    const path = parsePath(this.#question.address);
    const sender = parsePath(this.#question.sender);
    if (path === undefined || path === '') return err({ kind: 'undeliverable', text: 'bad address syntax' });
    if (sender === undefined) return err({ kind: 'unknown', text: 'address_verify_sender is no address' });
    const smtpUtf8 = !isAsciiText(path) || !isAsciiText(sender);
    if (smtpUtf8 && !knowsUtf8) {
      const text = `SMTPUTF8 is required, but was not offered by host ${serverName(server)}`;
      return err({ kind: 'undeliverable', text });
    }
    return ok({
      sender,
      sizeBytes: 0,
      body: '7BIT',
      smtpUtf8,
      ret: undefined,
      envid: undefined,
      auth: undefined,
      requireTls: false,
      recipients: [{ path, notify: undefined, orcpt: undefined }],
    });
  }
}

/** Only what is said to RCPT is about the recipient: who does not like our sender says nothing of theirs. */
function readResult(result: RecipientResult, server: RemoteServer): ProbeAnswer {
  if (result.kind === 'answered' && result.by === 'RCPT') {
    if (result.reply.code < 300) return { kind: 'deliverable', text: replyText(result.reply) };
    if (result.reply.code >= 500) return { kind: 'undeliverable', text: explainResult(result, server).text };
  }
  return { kind: 'unknown', text: explainResult(result, server).text };
}

/** No servers: for good (a null MX, no such domain), or for now. */
function fromFailure({ kind, text }: DeliveryFailure): ProbeAnswer {
  return { kind: kind === 'failed' ? 'undeliverable' : 'unknown', text };
}
