// Our own stub resolver: it asks the machine's name servers, or those of the configuration, follows CNAMEs where they do
// not, keeps answers for their time, and tells «there is none» from «nobody could say». RFC 1034 §5.3.1, RFC 5452 §9.

import { setMaxListeners } from 'node:events';
import { isInAnyNetwork, parseIpNetworks } from '#base/ip-network.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { DnsAnswer, DnsType, Resolver } from '#mail/ports/resolver.ts';
import { AnswerCache, type CacheLimits } from './answer-cache.ts';
import { askServer, type NameServer } from './ask-server.ts';
import { parseDnsName } from './dns-name.ts';
import type { DnsQuestion } from './dns-question.ts';
import { FreshFile } from './fresh-file.ts';
import { answerFromHosts, parseHostsFile } from './hosts-file.ts';
import { QuestionRoom } from './question-room.ts';
import { type FailedAnswer, LONGEST_CHAIN, type Reading, readAnswer } from './read-answer.ts';
import { parseResolverFile } from './resolver-file.ts';

export interface ResolverSettings {
  /** Asked instead of those that the system's file names. */
  readonly servers: readonly NameServer[] | undefined;
  readonly resolverFile: string;
  readonly hostsFile: string;
  /** How long one server may take for one try; each round of tries gives twice the time of the one before. */
  readonly tryTimeoutMs: number;
  /** Of all servers, while nobody answers. */
  readonly rounds: number;
  /** For one question, all tries together, and the wait for its turn. */
  readonly totalTimeoutMs: number;
  readonly mostQuestions: number;
  readonly mostWaiting: number;
  readonly cache: CacheLimits;
  /** Ask for signatures with every question, as DANE wants it of name servers that set the AD bit only then. */
  readonly dnssec: boolean;
}

const DEFAULT_RESOLVER: ResolverSettings = {
  servers: undefined,
  resolverFile: '/etc/resolv.conf',
  hostsFile: '/etc/hosts',
  tryTimeoutMs: 2_000,
  rounds: 3,
  totalTimeoutMs: 20_000,
  mostQuestions: 256,
  mostWaiting: 10_000,
  cache: {
    sizeBytes: 16 * 1024 * 1024,
    longestTtlSeconds: 86_400,
    longestNegativeTtlSeconds: 3_600,
    failureTtlSeconds: 1,
  },
  dnssec: false,
};

export interface ResolverWorld {
  readonly clock: Clock;
  readonly randomness: Randomness;
}

export interface OpenResolver extends Resolver, AsyncDisposable {
  /** Without /etc/hosts: `smtp_host_lookup = dns`. */
  readonly dnsOnly: Resolver;
}

/** Whom to ask this time. */
interface Askable {
  readonly servers: readonly NameServer[];
  readonly rounds: number;
  readonly tryTimeoutMs: number;
  readonly trustsProofs: boolean;
}

const LOOPBACK = parseIpNetworks(['127.0.0.0/8', '::1']);

export function openResolver(settings: Partial<ResolverSettings>, world: ResolverWorld): OpenResolver {
  const resolver = new StubResolver({ ...DEFAULT_RESOLVER, ...settings }, world);
  const hosts = new FreshFile(settings.hostsFile ?? DEFAULT_RESOLVER.hostsFile, parseHostsFile, world.clock);
  return {
    dnsOnly: resolver,
    async resolve(name, type) {
      const asked = parseDnsName(name);
      const known = asked === undefined ? undefined : answerFromHosts(await hosts.read(), asked, type);
      return known ?? resolver.resolve(name, type);
    },
    [Symbol.asyncDispose]: () => resolver.end(),
  };
}

class StubResolver implements Resolver {
  readonly #settings: ResolverSettings;
  readonly #world: ResolverWorld;
  readonly #cache: AnswerCache;
  readonly #room: QuestionRoom;
  readonly #file: FreshFile<ReturnType<typeof parseResolverFile>>;
  readonly #underWay = new Map<string, Promise<Reading<DnsType>>>();
  readonly #ending = new AbortController();
  /** Of the servers, the one that answered last: one that is silent is not waited for by every question. */
  #first = 0;

  constructor(settings: ResolverSettings, world: ResolverWorld) {
    this.#settings = settings;
    this.#world = world;
    this.#cache = new AnswerCache(settings.cache, world.clock);
    this.#room = new QuestionRoom(settings.mostQuestions, settings.mostWaiting);
    setMaxListeners(settings.mostQuestions, this.#ending.signal);
    this.#file = new FreshFile(settings.resolverFile, parseResolverFile, world.clock);
  }

  async resolve<Type extends DnsType>(name: string, type: Type): Promise<DnsAnswer<Type>> {
    let asked = parseDnsName(name);
    if (asked === undefined) return { kind: 'no-such-name', isAuthenticated: false };
    let ttlSeconds = Number.POSITIVE_INFINITY;
    let isAuthenticated = true;
    for (let length = 0; asked !== undefined && length <= LONGEST_CHAIN; length++) {
      const reading: Reading<Type> = await this.#answer({ name: asked, type });
      if (reading.kind === 'failed') return reading;
      isAuthenticated &&= reading.isAuthenticated;
      ttlSeconds = Math.min(ttlSeconds, reading.ttlSeconds);
      if (reading.kind === 'found') return { ...reading, ttlSeconds, isAuthenticated };
      if (reading.kind !== 'alias') return { kind: reading.kind, isAuthenticated };
      // It may have signs that no name has which is asked for.
      asked = parseDnsName(reading.canonicalName);
    }
    return { kind: 'failed', reason: 'malformed' };
  }

  /** What is asked for already is not asked for once more. */
  #answer<Type extends DnsType>(question: DnsQuestion & { type: Type }): Promise<Reading<Type>> {
    const kept = this.#cache.find(question);
    if (kept !== undefined) return Promise.resolve(kept);
    const key = `${question.type} ${question.name}`;
    let answer = this.#underWay.get(key) as Promise<Reading<Type>> | undefined;
    if (answer === undefined) {
      const untilMs = this.#world.clock.nowMs() + this.#settings.totalTimeoutMs;
      answer = this.#room
        .visit(() => this.#askServers(question, untilMs))
        .then((reading): Reading<Type> => reading ?? { kind: 'failed', reason: 'timeout' })
        .finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, answer);
    }
    return answer;
  }

  async #askServers<Type extends DnsType>(
    question: DnsQuestion & { type: Type },
    untilMs: number,
  ): Promise<Reading<Type>> {
    const { servers, rounds, tryTimeoutMs, trustsProofs } = await this.#whomToAsk();
    const silent = new Set(servers.keys());
    let failure: FailedAnswer = { kind: 'failed', reason: 'timeout' };
    const first = this.#first;
    for (let round = 0; round < rounds; round++) {
      for (const index of servers.keys()) {
        const at = (first + index) % servers.length;
        const server = servers[at];
        const timeoutMs = Math.min(tryTimeoutMs * 2 ** round, Math.ceil(untilMs - this.#world.clock.nowMs()));
        if (server === undefined || !silent.has(at) || timeoutMs <= 0 || this.#ending.signal.aborted) continue;
        const { reading, octets } = await this.#askOne(server, question, timeoutMs);
        if (reading.kind !== 'failed') {
          this.#first = at;
          const isTrusted = trustsProofs || isInAnyNetwork(server.address, LOOPBACK);
          const believed = { ...reading, isAuthenticated: reading.isAuthenticated && isTrusted };
          return this.#cache.keep(question, believed, octets);
        }
        // Whoever spoke would say the same again; whoever was silent may not have heard.
        if (reading.reason !== 'timeout') silent.delete(at);
        failure = reading.reason === 'timeout' && failure.reason !== 'timeout' ? failure : reading;
      }
    }
    return this.#cache.keep(question, failure, 0);
  }

  async #askOne<Type extends DnsType>(server: NameServer, question: DnsQuestion & { type: Type }, timeoutMs: number) {
    const message = await askServer(server, question, {
      timeoutMs,
      wantsSignatures: this.#settings.dnssec || question.type === 'TLSA',
      randomness: this.#world.randomness,
      signal: this.#ending.signal,
    });
    if ('kind' in message) return { reading: message, octets: 0 };
    return { reading: readAnswer(message, question), octets: message.octets.length };
  }

  async #whomToAsk(): Promise<Askable> {
    const { servers, rounds, tryTimeoutMs } = this.#settings;
    // Who names a server in our own settings means to believe it.
    if (servers !== undefined) return { servers, rounds, tryTimeoutMs, trustsProofs: true };
    const file = await this.#file.read();
    return { ...file, rounds: file.rounds ?? rounds, tryTimeoutMs: file.tryTimeoutMs ?? tryTimeoutMs };
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#underWay.values());
  }
}
