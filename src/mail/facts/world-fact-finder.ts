// Answers what restrictions ask, from the world. Everything together has a time, by message: a name server that is slow, a
// policy service that hangs, cost a client no more than that, and what is unknown then is «later», never «no».

import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { FactContext, FactFinder } from '#mail/ports/fact-finder.ts';
import type { Greylist } from '#mail/ports/greylist.ts';
import type { Log } from '#mail/ports/log.ts';
import type { PolicyServices } from '#mail/ports/policy-service.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Table } from '#mail/ports/table.ts';
import type { FactAnswer, FactAnswers, FactQuestion, Later } from '#mail/restrictions/fact.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { listedAnswer, ownersAnswer, verifiedAnswer } from './address-facts.ts';
import { type ClientNameAnswer, findClientName } from './client-name.ts';
import { ConnectionMemories, type ConnectionMemory } from './connection-memory.ts';
import { findDnsRecords } from './dns-records.ts';
import { askGreylist, type GreylistQuestionSettings } from './greylist-question.ts';
import { policyAttributes } from './policy-attributes.ts';

export interface FactSettings extends GreylistQuestionSettings {
  /** Milliseconds for one message, or for a connection before its first: all questions together. */
  readonly smtpd_lookup_timeout: number;
}

export interface FactWorld {
  /** With the machine's hosts file: clients' names. */
  readonly resolver: Resolver;
  /** Without: block lists, domains. */
  readonly dns: Resolver;
  /** By the name that the settings give them. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly directory: Directory;
  readonly routing: Routing;
  readonly recipientProbe: RecipientProbe;
  readonly policyServices: PolicyServices;
  readonly greylist: Greylist;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
  readonly settings: FactSettings;
}

type WorldQuestion = Exclude<FactQuestion, { kind: 'pause' }>;

export class WorldFactFinder implements FactFinder {
  readonly #world: FactWorld;
  readonly #memories = new ConnectionMemories();

  constructor(world: FactWorld) {
    this.#world = world;
  }

  async find(question: FactQuestion, context: FactContext): Promise<FactAnswer> {
    // What is to take time does not spend it.
    if (question.kind === 'pause') return this.#pause(question.seconds);
    const memory = this.#memories.of(context.session.connection, context.instance);
    const key = JSON.stringify([question, ...whatItDependsOn(question, context)]);
    const known = memory.find(key);
    if (known !== undefined) return known;
    const answer = await this.#inTime(question, memory, (withinMs) => this.#answer(question, context, withinMs));
    memory.keep(key, answer);
    return answer;
  }

  /** For a server that shall know every client's name, before anything is asked of it. */
  async nameClient(connection: ConnectionFacts): Promise<void> {
    const memory = this.#memories.of(connection, connection.connectionId);
    await this.#inTime({ kind: 'client-name' }, memory, () => this.#clientName(connection));
  }

  async #answer(question: WorldQuestion, context: FactContext, withinMs: number): Promise<FactAnswer> {
    const { world, connection } = { world: this.#world, connection: context.session.connection };
    switch (question.kind) {
      case 'client-name':
        return this.#clientName(connection);
      case 'dns':
        return findDnsRecords(world.dns, question);
      case 'table':
        return this.#findInTable(question);
      case 'policy-service': {
        const attributes = policyAttributes(context, await this.#clientName(connection));
        return { kind: 'action', action: await world.policyServices.ask(question.service, attributes, withinMs) };
      }
      case 'greylist':
        return askGreylist(world, context, () => this.#clientName(connection));
      case 'listed': {
        const address = addressOf(question.which, context);
        if (address === undefined) return { kind: 'listed' };
        return listedAnswer(await world.routing.findRoute(address, undefined));
      }
      case 'verified': {
        const address = addressOf(question.which, context);
        if (address === undefined) return { kind: 'deliverable' };
        return verifiedAnswer(await world.routing.findRoute(address, undefined), world.recipientProbe);
      }
      case 'sender-class':
        // The null sender is at home nowhere.
        if (!context.sender) return { kind: 'found', addressClass: 'foreign' };
        return { kind: 'found', addressClass: await world.routing.classify(context.sender) };
      case 'sender-owners':
        if (!context.sender) return { kind: 'found', accounts: [] };
        return ownersAnswer(world.directory, context.sender);
      default:
        return unreachable(question);
    }
  }

  async #clientName(connection: ConnectionFacts): Promise<ClientNameAnswer> {
    const memory = this.#memories.ofStay(connection);
    if (memory.clientName !== undefined) return memory.clientName;
    const answer = await findClientName(this.#world.resolver, connection.clientAddress);
    if (answer.kind === 'found') connection.reverseClientName = answer.name;
    if (answer.kind === 'later' || (answer.kind === 'found' && answer.verified === 'later')) return answer;
    memory.clientName = answer;
    if (answer.kind !== 'found') return answer;
    if (answer.verified === true) connection.clientName = answer.name;
    else this.#warn(`hostname ${answer.name} does not resolve to address ${connection.clientAddress}`);
    return answer;
  }

  async #findInTable(question: Extract<FactQuestion, { kind: 'table' }>): Promise<FactAnswers['table']> {
    const table = this.#world.tables.get(question.table);
    // As with Postfix, tables are opened before mail comes: what an access table says is too late.
    if (table === undefined) return { kind: 'later', reason: 'only lists and restriction classes may name a table' };
    for (const key of table.isPattern ? question.keys.slice(0, 1) : question.keys) {
      const value = await table.find(table.isPattern ? key : key.toLowerCase());
      if (value !== undefined) return { kind: 'found', key, value };
    }
    return { kind: 'none' };
  }

  async #inTime(
    question: WorldQuestion,
    memory: ConnectionMemory,
    answer: (withinMs: number) => Promise<FactAnswer>,
  ): Promise<FactAnswer> {
    const { clock, alarm, settings } = this.#world;
    const leftMs = settings.smtpd_lookup_timeout - memory.spentMs;
    const beganMs = clock.nowMs();
    const { promise, resolve, reject } = Promise.withResolvers<FactAnswer>();
    using _ = alarm.after(Math.max(0, leftMs), () => resolve(OUT_OF_TIME));
    if (leftMs > 0) answer(leftMs).then(resolve, reject);
    const found = await promise.catch(failureAnswer);
    memory.spentMs += clock.nowMs() - beganMs;
    if (found.kind === 'later') this.#warn(`${describe(question)}: ${found.reason}`);
    return found;
  }

  async #pause(seconds: number): Promise<FactAnswers['pause']> {
    const { promise, resolve } = Promise.withResolvers<FactAnswers['pause']>();
    this.#world.alarm.after(seconds * 1_000, () => resolve({ kind: 'over' }));
    return await promise;
  }

  #warn(text: string): void {
    this.#world.log.write('warn', 'smtpd', `warning: ${text}`);
  }
}

const OUT_OF_TIME: Later = { kind: 'later', reason: 'smtpd_lookup_timeout is over' };

function failureAnswer(error: unknown): Later {
  if (!(error instanceof WorldError)) throw error;
  return { kind: 'later', reason: error.message };
}

/** What, of all that is known, makes the same question another one. */
function whatItDependsOn({ kind }: WorldQuestion, context: FactContext): readonly unknown[] {
  const { state, session, recipientCount, sizeBytes } = context;
  const addresses = [textOf(context.sender ?? undefined), textOf(context.recipient)];
  switch (kind) {
    case 'policy-service':
      return [state, ...addresses, session.helo, recipientCount, sizeBytes, session.login?.account];
    case 'greylist':
    case 'listed':
    case 'verified':
    case 'sender-class':
    case 'sender-owners':
      return addresses;
    default:
      return [];
  }
}

function addressOf(which: 'sender' | 'recipient', { sender, recipient }: FactContext): AddrSpec | undefined {
  return which === 'recipient' ? recipient : (sender ?? undefined);
}

function textOf(address: AddrSpec | undefined): string | undefined {
  return address && formatAddrSpec(address);
}

function describe(question: WorldQuestion): string {
  switch (question.kind) {
    case 'dns':
      return `${question.name}: ${question.type} lookup error`;
    case 'table':
      return `table ${question.table} lookup error`;
    case 'policy-service':
      return `problem talking to server ${question.service}`;
    default:
      return `${question.kind} lookup error`;
  }
}
