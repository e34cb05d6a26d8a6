// One connection to one milter, for one client: libmilter closes it when the client is gone, so that each client has its
// own. Drives the protocol's machine: octets out, packets in, each answer within its time. What goes wrong is an answer.

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { TimedOut, WorldError } from '#base/world-error.ts';
import type { Milter, MilterAnswer, MilterLink, OnChange } from '#mail/ports/milter.ts';
import { ABORT_PACKET, type MacroValues, type MilterCommand, QUIT_PACKET } from '#protocols/milter/command.ts';
import type { MilterAgreement, MilterStep } from '#protocols/milter/negotiation.ts';
import { PacketReader } from '#protocols/milter/packet.ts';
import { beginMilter, type MilterState, type MilterStepTaken, stepMilter } from '#protocols/milter/session.ts';
import type { SocketConnection } from '../sockets/socket-connection.ts';

export type MilterStream = Pick<SocketConnection, 'isQuiet' | 'read' | 'write' | 'close' | 'destroy'>;

export interface MilterLinkWorld {
  /** The error is what the system says of it: `Connection refused`. */
  readonly connect: (timeoutMs: number) => Promise<Result<MilterStream, string>>;
  readonly nowMs: () => number;
}

/** Steps of the message itself, which take their time; the others are commands. */
const CONTENT_STEPS: ReadonlySet<MilterStep> = new Set<MilterStep>([
  'header',
  'end-of-header',
  'body',
  'end-of-message',
]);
/** Octets that wait to be sent together. */
const UNSENT_OCTETS = 65_536;
const TIMED_OUT = 'Connection timed out';
const UNASKED = 'before it was asked, it spoke or closed the connection';

export class OpenMilterLink implements MilterLink {
  readonly #milter: Milter;
  readonly #world: MilterLinkWorld;
  readonly #reader = new PacketReader();
  #stream: MilterStream | undefined;
  #state: MilterState | undefined;
  #unsent: Buffer[] = [];
  #unsentOctets = 0;
  #failure: Extract<MilterAnswer, { kind: 'failed' }> | undefined;

  constructor(milter: Milter, world: MilterLinkWorld) {
    this.#milter = milter;
    this.#world = world;
  }

  get agreement(): MilterAgreement | undefined {
    const state = this.#state;
    return state !== undefined && 'agreement' in state ? state.agreement : undefined;
  }

  tell(command: MilterCommand, macros: MacroValues, onChange?: OnChange): MilterAnswer | Promise<MilterAnswer> {
    if (this.#failure !== undefined) return this.#failure;
    if (this.#state === undefined) return this.#introduce(command, macros);
    // What it says now would be taken for its answer to what comes next.
    if (!this.#reader.isEmpty || this.#stream?.isQuiet === false) return this.#unreadable(command.step, UNASKED);
    const event = { kind: 'tell', command, macros } as const;
    const answer = this.#take(stepMilter(this.#state, event));
    // Header fields and pieces of a body that nobody answers leave together.
    if (answer !== undefined && this.#unsentOctets < UNSENT_OCTETS) return answer;
    return this.#guarded(command.step, async () => {
      await this.#flush();
      return answer ?? (await this.#hear(command.step, onChange));
    });
  }

  abort(): void {
    if (this.agreement !== undefined && this.#failure === undefined) this.#sendNow(ABORT_PACKET);
  }

  quit(): void {
    const stream = this.#stream;
    if (stream === undefined || this.#failure !== undefined) return;
    this.#failure = { kind: 'failed', text: 'the client is gone' };
    void stream.write(QUIT_PACKET).then(
      () => stream.close(),
      () => stream.destroy(),
    );
  }

  async #introduce(command: MilterCommand, macros: MacroValues): Promise<MilterAnswer> {
    const { connectTimeoutMs, protocol, macros: lists, name } = this.#milter;
    const connected = await this.#world.connect(connectTimeoutMs);
    if (!connected.ok) return this.#fail(`connect to Milter service ${name}: ${connected.error}`);
    this.#stream = connected.value;
    const answer = this.#take(beginMilter({ ...protocol, macros: lists }));
    const handshake = await this.#guarded('negotiation', async () => {
      await this.#flush();
      return answer ?? (await this.#hear('negotiation', undefined));
    });
    return handshake.kind === 'failed' ? handshake : await this.tell(command, macros);
  }

  /** `undefined` while the answer is to come. */
  #take({ state, effects }: MilterStepTaken): MilterAnswer | undefined {
    this.#state = state;
    let answer: MilterAnswer | undefined;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.#send(effect.octets);
          break;
        case 'answer':
          answer = effect.verdict;
          break;
        case 'mistake':
          answer = this.#fail(`milter ${this.#milter.name}: ${effect.text}`);
          break;
        case 'change':
          // Whoever waits for the answer takes it.
          break;
        default:
          unreachable(effect);
      }
    }
    return answer;
  }

  async #hear(step: MilterStep | 'negotiation', onChange: OnChange | undefined): Promise<MilterAnswer> {
    const { commandTimeoutMs, contentTimeoutMs, progressTimeoutMs } = this.#milter;
    const timeoutMs = step !== 'negotiation' && CONTENT_STEPS.has(step) ? contentTimeoutMs : commandTimeoutMs;
    const untilMs = this.#world.nowMs() + Math.max(timeoutMs, progressTimeoutMs);
    for (;;) {
      const packet = this.#reader.next();
      if (!packet.ok) return this.#fail(`milter ${this.#milter.name}: ${packet.error}`);
      if (packet.value === undefined) {
        const heard = await this.#readMore(Math.min(timeoutMs, untilMs - this.#world.nowMs()));
        if (!heard.ok) return this.#unreadable(step, heard.error);
        continue;
      }
      if (this.#state === undefined) throw new Error('a packet before the handshake');
      const taken = stepMilter(this.#state, { kind: 'packet', packet: packet.value });
      const answer = this.#take(taken);
      if (answer !== undefined) return answer;
      for (const effect of taken.effects) {
        const applied = effect.kind === 'change' ? onChange?.(effect.change) : undefined;
        if (applied !== undefined) await applied;
      }
    }
  }

  async #readMore(timeoutMs: number): Promise<Result<undefined, string>> {
    if (timeoutMs <= 0) return err(TIMED_OUT);
    try {
      const octets = await this.#stream?.read(Math.ceil(timeoutMs));
      if (octets === undefined) return err('it closed the connection');
      this.#reader.push(octets);
      return ok(undefined);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return err(error instanceof TimedOut ? TIMED_OUT : error.message);
    }
  }

  /** What cannot be written is the milter's failure; what the reader of a change throws is not. */
  async #guarded(step: MilterStep | 'negotiation', exchange: () => Promise<MilterAnswer>): Promise<MilterAnswer> {
    try {
      return await exchange();
    } catch (error) {
      if (error instanceof UnsentOctets) return this.#unreadable(step, error.message);
      this.#fail('an answer of it was never heard to its end');
      throw error;
    }
  }

  #send(octets: Buffer): void {
    this.#unsent.push(octets);
    this.#unsentOctets += octets.length;
  }

  async #flush(): Promise<void> {
    const octets = Buffer.concat(this.#unsent, this.#unsentOctets);
    this.#unsent = [];
    this.#unsentOctets = 0;
    try {
      await this.#stream?.write(octets);
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      throw new UnsentOctets(error.message);
    }
  }

  /** Nobody waits for it; that it did not arrive is noticed at the next step. */
  #sendNow(octets: Buffer): void {
    this.#send(octets);
    this.#flush().catch(() => undefined);
  }

  #unreadable(step: MilterStep | 'negotiation', why: string): MilterAnswer {
    return this.#fail(`milter ${this.#milter.name}: can't read its reply to ${step}: ${why}`);
  }

  #fail(text: string): MilterAnswer {
    this.#failure = { kind: 'failed', text };
    this.#stream?.destroy();
    return this.#failure;
  }
}

class UnsentOctets extends Error {}
