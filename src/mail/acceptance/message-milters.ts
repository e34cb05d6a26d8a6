// What milters are told of one message, and what they say: from its sender to its last octet. What is posted on this machine
// never stood at a door: milters are told of a client of this machine, and of all commands together (Postfix's
// non_smtpd_milters).

import { WorldError } from '#base/world-error.ts';
import type { DoorMilters } from '#mail/milters/door-milters.ts';
import { FieldList, listFields } from '#mail/milters/field-list.ts';
import { FilteredMessage } from '#mail/milters/filtered-message.ts';
import {
  clientMacros,
  clientOf,
  type MacroMessage,
  messageMacros,
  recipientMacros,
  refusedRecipientMacros,
  senderMacros,
} from '#mail/milters/macro-values.ts';
import type { MilterStay, NamedWish } from '#mail/milters/milter-stay.ts';
import { decideMilter } from '#mail/policy/milter.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { FactContext } from '#mail/ports/fact-finder.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import type { Destination } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import type { MacroValues } from '#protocols/milter/command.ts';
import { mailWords, rcptWords } from '#protocols/smtp/grammar/parameter-words.ts';
import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { openStay } from './client-milters.ts';
import { isPosted, type RecipientParameters, type ReversePath } from './envelope.ts';
import { openHeaderChecks } from './header-check-lookup.ts';
import type { MessageActions } from './message-actions.ts';
import { findBodyStart, type MessageHeader } from './message-header.ts';
import { noteWish } from './milter-notice.ts';

export interface MilterRecipient {
  readonly address: AddrSpec;
  readonly parameters: RecipientParameters;
  readonly destinations: readonly Destination[];
}

/** A message as it would leave. */
export interface InspectedMessage {
  readonly content: MessageContent;
  readonly header: MessageHeader;
  /** Fields that will stand above our Received. */
  readonly above: string;
  /** As our own tables have made it: milters were told what MAIL said. */
  readonly sender: ReversePath;
}

export class MessageMilters {
  readonly #world: AcceptanceWorld;
  readonly #door: DoorMilters;
  readonly #stay: MilterStay;
  readonly #message: MacroMessage;
  /** Known from MAIL on; with where mail for the sender would go once that was found. */
  #macros: MacroValues;
  readonly #actions: MessageActions;
  #accepted = 0;
  /** What is filed here goes to Junk; what leaves waits in the queue. */
  wantsQuarantine = false;

  constructor(
    world: AcceptanceWorld,
    { door, stay }: { readonly door: DoorMilters; readonly stay: MilterStay },
    message: MacroMessage,
    actions: MessageActions,
  ) {
    this.#world = world;
    this.#door = door;
    this.#stay = stay;
    this.#message = message;
    this.#macros = messageMacros(message, door.macros);
    this.#actions = actions;
  }

  async judgeSender(): Promise<Verdict | undefined> {
    const { sender, parameters } = this.#message;
    if (sender !== undefined) this.#macros = senderMacros(this.#macros, sender, await this.#destinationOf(sender));
    const wish = await this.#tell({ step: 'mail', words: mailWords(sender, parameters) }, this.#macros);
    return this.#conclude('sender', wish);
  }

  async judgeRecipient({ address, parameters, destinations }: MilterRecipient): Promise<Verdict | undefined> {
    const macros = recipientMacros(this.#macros, address, destinations[0]);
    const wish = await this.#tell({ step: 'recipient', words: rcptWords(address, parameters) }, macros);
    const refusal = this.#conclude('recipient', wish, address);
    if (refusal === undefined) this.#accepted++;
    return refusal;
  }

  /** It was refused by somebody else. */
  async mentionRefused({ address, parameters }: MilterRecipient, said: SmtpReply): Promise<void> {
    if (this.#actions.isDiscarded) return;
    const macros = refusedRecipientMacros(this.#macros, said);
    await this.#stay.mention({ step: 'recipient', words: rcptWords(address, parameters) }, macros);
  }

  async judgeData(): Promise<Verdict | undefined> {
    return this.#conclude('data', await this.#tell({ step: 'data' }, this.#macros));
  }

  /** What a client would have said before; the first that is against it. */
  async introduce(recipients: readonly MilterRecipient[]): Promise<Verdict | undefined> {
    const { session } = this.#message;
    const client = clientOf(session);
    const macros = clientMacros(session, this.#door.macros);
    const refusal =
      this.#conclude('connection', await this.#tell({ step: 'connect', ...client }, macros)) ??
      this.#conclude('greeting', await this.#tell({ step: 'helo', name: client.host }, macros)) ??
      (await this.judgeSender());
    if (refusal !== undefined) return refusal;
    for (const recipient of recipients) {
      const refused = await this.judgeRecipient(recipient);
      // There is nobody who could be told of one recipient alone.
      if (refused !== undefined) return { ...refused, ...CANNOT_REFUSE_RECIPIENT };
    }
    return await this.judgeData();
  }

  /** Throws WorldError when the message cannot be read. */
  async inspect({
    content,
    header,
    above,
    sender,
  }: InspectedMessage): Promise<{ readonly filtered: FilteredMessage; readonly refusal: Verdict | undefined }> {
    const { octets, fields } = parseHeaderFields(Buffer.from(above));
    const filtered = new FilteredMessage({
      fields: new FieldList(listFields(octets, fields), listFields(header.octets, header.fields)),
      body: { content, start: await findBodyStart(content, header) },
      sender,
      completeAddress: (text) => this.#world.routing.completeAddress(text),
    });
    if (this.#actions.isDiscarded) return { filtered, refusal: undefined };
    const checks = openHeaderChecks(this.#world, this.#contextAtEnd(content.sizeBytes));
    const wishes = await this.#stay.inspect(filtered, this.#macros, checks);
    this.#actions.add(checks?.actions ?? []);
    if (wishes.length === 0) this.#noteNothing();
    const refusals = wishes.map((wish) => this.#conclude('content', wish));
    return { filtered, refusal: refusals.find((refusal) => refusal !== undefined) };
  }

  /** The message is over, in whichever way; what was posted has no client who goes on. */
  end(): void {
    this.#stay.endMessage();
    if (isPosted(this.#message.session)) this.#stay.end();
  }

  async #tell(command: Parameters<MilterStay['tell']>[0], macros: MacroValues): Promise<NamedWish | undefined> {
    return this.#actions.isDiscarded ? undefined : await this.#stay.tell(command, macros);
  }

  /** Only macros hang on it: where it cannot be found, they say that it is here. */
  async #destinationOf(sender: AddrSpec): Promise<Destination | undefined> {
    try {
      const route = await this.#world.routing.findRoute(sender, sender);
      return route.kind === 'deliverable' ? route.destinations[0] : undefined;
    } catch (error) {
      if (error instanceof WorldError) return undefined;
      throw error;
    }
  }

  #contextAtEnd(sizeBytes: number): FactContext {
    const { queueId: instance, session, sender, parameters } = this.#message;
    const known = { instance, session, sender, parameters, sizeBytes };
    return { ...known, state: 'END-OF-MESSAGE', recipient: undefined, recipientCount: this.#accepted };
  }

  #noteNothing(): void {
    const milter = this.#stay.names.join(', ');
    if (milter === '') return;
    this.#world.journeyLog.record(this.#message.queueId, { kind: 'milter', stage: 'content', milter, wish: 'nothing' });
  }

  #conclude(stage: Moment, wish: NamedWish | undefined, recipient?: AddrSpec): Verdict | undefined {
    if (wish === undefined) return undefined;
    if (wish.kind === 'refuse') return decideMilter(this.#door.list, wish);
    const { queueId, session, sender } = this.#message;
    if (wish.kind === 'hold') this.wantsQuarantine = true;
    const isNews = wish.kind === 'discard' ? !this.#actions.isDiscarded : !this.#actions.isHeld;
    this.#actions.add([{ kind: wish.kind }]);
    if (!isNews) return undefined;
    noteWish(this.#world, wish, {
      ...{ key: queueId, stage, session },
      logId: this.#accepted === 0 ? 'NOQUEUE' : queueId,
      from: sender === undefined ? '' : formatAddrSpec(sender),
      to: recipient && formatAddrSpec(recipient),
    });
    return undefined;
  }
}

/** `stay`: of the client; what is posted has one of its own. `undefined` where there are no milters. */
export function openMessageMilters(
  world: AcceptanceWorld,
  message: MacroMessage,
  stay: MilterStay | undefined,
  actions: MessageActions,
): MessageMilters | undefined {
  const { milters: door, milterPorts: ports } = world;
  const { session, queueId } = message;
  if (door === undefined || ports === undefined || (session.profile === 'own' && !door.seesOwnMail)) return undefined;
  const own = isPosted(session) ? openStay(world, door, ports, session, queueId) : stay;
  return own && new MessageMilters(world, { door, stay: own }, message, actions);
}

const CANNOT_REFUSE_RECIPIENT = {
  outcome: 'defer',
  reply: reply(451, '4.3.5', 'Server configuration error'),
} as const;
