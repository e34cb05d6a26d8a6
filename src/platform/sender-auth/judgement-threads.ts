// Judging away from the event loop: reading a message costs milliseconds, a hostile one more. A few threads, started when
// first needed, each with several messages in hand, for most of the time goes into waiting for the DNS. What finds no
// place, takes too long or breaks its thread is not judged: a temporary error, as if the DNS had been silent.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Log } from '#mail/ports/log.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type {
  AuthenticationFindings,
  AuthenticationQuestion,
  SenderAuthentication,
} from '#mail/ports/sender-authentication.ts';
import { DEFAULT_JUDGEMENT_LIMITS, type JudgementLimits } from './judgement-limits.ts';
import type { FromThread, ToThread } from './judgement-worker.ts';
import { unjudgedFindings } from './unjudged-findings.ts';

export interface JudgementThreadLimits extends JudgementLimits {
  readonly threads: number;
  /** Messages that one thread has in hand. */
  readonly jobs: number;
  /** Messages that wait for a thread, all together. */
  readonly waitingJobs: number;
  /** A message up to this size is handed over whole. */
  readonly wholeOctets: number;
  readonly chunkOctets: number;
  /** A thread that has not answered so long after the time for the DNS is stuck, and is ended. */
  readonly graceMs: number;
}

const DEFAULT_JUDGEMENT_THREAD_LIMITS: JudgementThreadLimits = {
  ...DEFAULT_JUDGEMENT_LIMITS,
  threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
  jobs: 128,
  waitingJobs: 256,
  wholeOctets: 262_144,
  chunkOctets: 65_536,
  graceMs: 10_000,
};

export interface JudgementThreads extends SenderAuthentication, AsyncDisposable {}

export interface JudgementWorld {
  readonly resolver: Resolver;
  readonly log: Log;
}

export function openJudgementThreads(
  world: JudgementWorld,
  limits: Partial<JudgementThreadLimits> = {},
): JudgementThreads {
  return new ThreadPool(world, { ...DEFAULT_JUDGEMENT_THREAD_LIMITS, ...limits });
}

interface Ticket {
  readonly job: number;
  readonly question: AuthenticationQuestion;
  readonly settle: (findings: AuthenticationFindings) => void;
  readonly fail: (error: unknown) => void;
  /** How far a large message was read. */
  offset: number;
  /** For a thread to have room, then for the thread to answer. */
  patience: NodeJS.Timeout | undefined;
}

interface Thread {
  readonly worker: Worker;
  readonly tickets: Map<number, Ticket>;
}

class ThreadPool implements JudgementThreads {
  readonly #world: JudgementWorld;
  readonly #limits: JudgementThreadLimits;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Ticket[] = [];
  #jobs = 0;
  #closed = false;

  constructor(world: JudgementWorld, limits: JudgementThreadLimits) {
    this.#world = world;
    this.#limits = limits;
  }

  judge(question: AuthenticationQuestion): Promise<AuthenticationFindings> {
    if (this.#closed || this.#waiting.length >= this.#limits.waitingJobs) {
      return Promise.resolve(unjudgedFindings(question, 'too many messages at once'));
    }
    const { promise, resolve: settle, reject: fail } = Promise.withResolvers<AuthenticationFindings>();
    const ticket: Ticket = { job: ++this.#jobs, question, settle, fail, offset: 0, patience: undefined };
    ticket.patience = setTimeout(() => this.#giveUp(ticket), this.#limits.dns.timeMs);
    this.#waiting.push(ticket);
    this.#assign();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    const tickets = [...this.#waiting.splice(0), ...threads.flatMap(({ tickets }) => [...tickets.values()])];
    for (const ticket of tickets) settleUnjudged(ticket, 'the server is stopping');
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#findThread();
      if (thread === undefined) return;
      const ticket = this.#waiting.shift();
      if (ticket !== undefined) void this.#begin(thread, ticket);
    }
  }

  /** The one with the least in hand. */
  #findThread(): Thread | undefined {
    const [idlest] = [...this.#threads].sort((a, b) => a.tickets.size - b.tickets.size);
    if (idlest !== undefined && idlest.tickets.size === 0) return idlest;
    if (this.#threads.size < this.#limits.threads) return this.#start();
    return idlest !== undefined && idlest.tickets.size < this.#limits.jobs ? idlest : undefined;
  }

  #start(): Thread {
    const worker = new Worker(new URL('./judgement-worker.ts', import.meta.url));
    const thread: Thread = { worker, tickets: new Map() };
    worker.on('message', (message: FromThread) => this.#hear(thread, message));
    worker.on('error', (error) => this.#lose(thread, error));
    worker.on('exit', () => this.#lose(thread));
    // One that has nothing to do does not keep the process alive.
    worker.unref();
    this.#threads.add(thread);
    return thread;
  }

  async #begin(thread: Thread, ticket: Ticket): Promise<void> {
    const { job, question } = ticket;
    const { wholeOctets, dns, graceMs } = this.#limits;
    const { content, ...asked } = question;
    clearTimeout(ticket.patience);
    ticket.patience = setTimeout(() => this.#lose(thread, new Error('a thread was stuck')), dns.timeMs + graceMs);
    if (thread.tickets.size === 0) thread.worker.ref();
    thread.tickets.set(job, ticket);
    const isLarge = content.sizeBytes > wholeOctets;
    const whole = isLarge ? undefined : await this.#read(thread, ticket, wholeOctets);
    if (isLarge || whole !== undefined)
      tell(thread, { kind: 'judge', job, question: asked, whole, limits: this.#limits });
  }

  #giveUp(ticket: Ticket): void {
    const place = this.#waiting.indexOf(ticket);
    if (place < 0) return;
    this.#waiting.splice(place, 1);
    settleUnjudged(ticket, 'too many messages at once');
  }

  #hear(thread: Thread, message: FromThread): void {
    const ticket = thread.tickets.get(message.job);
    if (ticket === undefined) return;
    switch (message.kind) {
      case 'ask':
        void this.#answer(thread, message);
        return;
      case 'read':
        void this.#hand(thread, ticket);
        return;
      case 'judged':
        this.#end(thread, ticket);
        ticket.settle(message.findings);
        return;
      case 'failed':
        this.#world.log.write('error', 'sender-auth', message.text);
        this.#end(thread, ticket);
        settleUnjudged(ticket, 'an error of this server');
        return;
    }
  }

  async #answer(thread: Thread, { job, at, name, type }: Extract<FromThread, { kind: 'ask' }>): Promise<void> {
    const answer = await this.#world.resolver.resolve(name, type);
    tell(thread, { kind: 'answer', job, at, answer });
  }

  async #hand(thread: Thread, ticket: Ticket): Promise<void> {
    const octets = await this.#read(thread, ticket, this.#limits.chunkOctets);
    if (octets === undefined) return;
    ticket.offset += octets.length;
    tell(thread, { kind: 'octets', job: ticket.job, octets: octets.length === 0 ? undefined : octets });
  }

  /** A copy of its own; of a view, the whole buffer below it would travel. A content that cannot be read is the caller's failure. */
  async #read(thread: Thread, ticket: Ticket, lengthBytes: number): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await ticket.question.content.read(ticket.offset, lengthBytes));
    } catch (error) {
      if (thread.tickets.has(ticket.job)) this.#end(thread, ticket);
      ticket.fail(error);
      tell(thread, { kind: 'octets', job: ticket.job, octets: undefined });
      return undefined;
    }
  }

  #end(thread: Thread, ticket: Ticket): void {
    clearTimeout(ticket.patience);
    thread.tickets.delete(ticket.job);
    if (thread.tickets.size === 0) thread.worker.unref();
    this.#assign();
  }

  /** It takes with it what it had in hand; the next message gets a new one. */
  #lose(thread: Thread, error?: unknown): void {
    if (!this.#threads.delete(thread)) return;
    if (error instanceof Error) this.#world.log.write('error', 'sender-auth', error.stack ?? error.message);
    const tickets = [...thread.tickets.values()];
    thread.tickets.clear();
    void thread.worker.terminate();
    for (const ticket of tickets) settleUnjudged(ticket, 'an error of this server');
    if (!this.#closed) this.#assign();
  }
}

function settleUnjudged({ patience, question, settle }: Ticket, reason: string): void {
  clearTimeout(patience);
  settle(unjudgedFindings(question, reason));
}

function tell(thread: Thread, message: ToThread): void {
  thread.worker.postMessage(message);
}
