// A thread that judges messages, several at once: while one waits for the DNS another is read. It asks the DNS of the
// thread that started it, which has the cache, and reads large messages from there piece by piece.

import { parentPort } from 'node:worker_threads';
import { traceOf } from '#base/thrown.ts';
import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import type { AuthenticationFindings, AuthenticationQuestion } from '#mail/ports/sender-authentication.ts';
import { judgeMessage } from './judge-message.ts';
import type { JudgementLimits } from './judgement-limits.ts';

export type JudgementQuestion = Omit<AuthenticationQuestion, 'content'>;

export type ToThread =
  | {
      readonly kind: 'judge';
      readonly job: number;
      readonly question: JudgementQuestion;
      /** All of a small message; a large one is read. */
      readonly whole: Uint8Array | undefined;
      readonly limits: JudgementLimits;
    }
  | { readonly kind: 'answer'; readonly job: number; readonly at: number; readonly answer: DnsAnswer<DnsType> }
  /** `undefined` at the end. */
  | { readonly kind: 'octets'; readonly job: number; readonly octets: Uint8Array | undefined };

export type FromThread =
  | { readonly kind: 'ask'; readonly job: number; readonly at: number; readonly name: string; readonly type: DnsType }
  | { readonly kind: 'read'; readonly job: number }
  | { readonly kind: 'judged'; readonly job: number; readonly findings: AuthenticationFindings }
  /** A bug, of ours or of the library: the message could not be judged. */
  | { readonly kind: 'failed'; readonly job: number; readonly text: string };

class Job {
  readonly #job: number;
  readonly #answers = new Map<number, (answer: DnsAnswer<DnsType>) => void>();
  #take: ((octets: Uint8Array | undefined) => void) | undefined;
  #asked = 0;

  constructor(job: number) {
    this.#job = job;
  }

  readonly ask = (name: string, type: DnsType): Promise<DnsAnswer<DnsType>> => {
    const at = ++this.#asked;
    say({ kind: 'ask', job: this.#job, at, name, type });
    return new Promise((resolve) => this.#answers.set(at, resolve));
  };

  answer(at: number, answer: DnsAnswer<DnsType>): void {
    this.#answers.get(at)?.(answer);
    this.#answers.delete(at);
  }

  async *read(): AsyncIterable<Uint8Array> {
    for (;;) {
      say({ kind: 'read', job: this.#job });
      const octets = await new Promise<Uint8Array | undefined>((resolve) => {
        this.#take = resolve;
      });
      if (octets === undefined) return;
      yield octets;
    }
  }

  take(octets: Uint8Array | undefined): void {
    this.#take?.(octets);
  }
}

const jobs = new Map<number, Job>();

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'judge') void judge(message);
  else if (message.kind === 'answer') jobs.get(message.job)?.answer(message.at, message.answer);
  else jobs.get(message.job)?.take(message.octets);
});

async function judge({ job, question, whole, limits }: Extract<ToThread, { kind: 'judge' }>): Promise<void> {
  const conversation = new Job(job);
  jobs.set(job, conversation);
  try {
    const octets = whole === undefined ? conversation.read() : inOnePiece(whole);
    say({ kind: 'judged', job, findings: await judgeMessage(question, octets, conversation.ask, limits) });
  } catch (error) {
    say({ kind: 'failed', job, text: traceOf(error) });
  } finally {
    jobs.delete(job);
  }
}

async function* inOnePiece(octets: Uint8Array): AsyncIterable<Uint8Array> {
  yield octets;
}

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}
