// The connection as lines, contents and replies. Replies wait until the client has nothing more to say, so that those
// to commands that came together go out together (RFC 2920 §3.2).

import { TransferTime } from '#base/transfer-time.ts';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { type Connection, type ReadMoment, ServerStopping } from '#mail/ports/connection.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ContentOutcome, SmtpEvent } from '#protocols/smtp/event.ts';
import { SmtpFraming } from '#protocols/smtp/framing.ts';
import { formatReply, type SmtpReply } from '#protocols/smtp/reply.ts';
import type { IncomingMessage } from './incoming-message.ts';
import type { SmtpServiceLimits } from './limits.ts';

export interface SmtpStreamOptions {
  readonly connection: Connection;
  readonly limits: SmtpServiceLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly area: string;
  /** What came before the greeting. */
  readonly heard?: Buffer | undefined;
}

export class SmtpStream {
  readonly #options: SmtpStreamOptions;
  readonly #framing = new SmtpFraming();
  #replies = '';
  #receivedOctets = 0;

  constructor(options: SmtpStreamOptions) {
    this.#options = options;
    if (options.heard !== undefined) this.#framing.push(options.heard);
  }

  say(reply: SmtpReply): void {
    this.#replies += formatReply(reply);
  }

  /** The client has said more than was read yet. */
  get hasMore(): boolean {
    return this.#framing.hasMore;
  }

  /** So many replies wait that they must go now: who sends commands must take the answers. */
  get mustFlush(): boolean {
    return this.#replies.length > this.#options.limits.waitingReplyChars;
  }

  /** `undefined` where there is nothing to be said. */
  flush(): Promise<void> | undefined {
    if (this.#replies === '') return undefined;
    const replies = this.#replies;
    this.#replies = '';
    return this.#options.connection.write(replies);
  }

  async startTls(): Promise<void> {
    await this.flush();
    this.#framing.clear();
    await this.#options.connection.startTls();
  }

  /** A line that is here already. */
  takeLine(limitOctets: number): SmtpEvent | undefined {
    return this.#framing.nextLine(limitOctets);
  }

  /** `within`: what is left for the message that the line belongs to. */
  async readLine(limitOctets: number, within?: TransferTime): Promise<SmtpEvent> {
    const { clock, limits } = this.#options;
    const beganMs = clock.nowMs();
    const deadlineMs = beganMs + Math.min(limits.commandTimeoutMs, within?.leftMs ?? limits.commandTimeoutMs);
    for (;;) {
      const event =
        this.takeLine(limitOctets) ??
        (await this.#readMore(deadlineMs - clock.nowMs(), within === undefined ? 'quiet' : undefined));
      if (event === undefined) continue;
      within?.spend(clock.nowMs() - beganMs, 0);
      return event;
    }
  }

  async readData({ content, time }: IncomingMessage): Promise<SmtpEvent> {
    this.#framing.beginData();
    for (;;) {
      const frame = this.#framing.nextDataOctets();
      if (frame?.kind === 'end') return dataEnded(content.outcome);
      if (frame !== undefined) {
        const taken = frame.kind === 'octets' ? content.take(frame.octets) : content.condemn();
        if (taken !== undefined) await taken;
        if (content.isEndless) return { kind: 'content-broken', defect: 'endless' };
        continue;
      }
      const ended = await this.#readContent(time);
      if (ended !== undefined) return ended;
    }
  }

  async readChunk(octets: number, last: boolean, { content, isBinary, time }: IncomingMessage): Promise<SmtpEvent> {
    const take = (piece: Buffer) => (isBinary ? content.take(piece) : content.takeLines(piece));
    const ended = await this.#readCounted(octets, time, take);
    if (ended !== undefined) return ended;
    if (last) content.endLines();
    return { kind: 'content-ended', outcome: content.outcome };
  }

  async skipChunk(octets: number): Promise<SmtpEvent> {
    const { contentTimeoutMs, leastDataRate } = this.#options.limits;
    const time = new TransferTime(contentTimeoutMs, leastDataRate);
    const ended = await this.#readCounted(octets, time, () => undefined);
    return ended ?? { kind: 'content-ended', outcome: { kind: 'complete' } };
  }

  /** `undefined` when all have been read. */
  async #readCounted(
    octets: number,
    time: TransferTime,
    take: (piece: Buffer) => Promise<void> | undefined,
  ): Promise<SmtpEvent | undefined> {
    let missing = octets;
    while (missing > 0) {
      const piece = this.#framing.nextCountedOctets(missing);
      if (piece !== undefined) {
        missing -= piece.length;
        const taken = take(piece);
        if (taken !== undefined) await taken;
        continue;
      }
      const ended = await this.#readContent(time);
      if (ended !== undefined) return ended;
    }
    return undefined;
  }

  async #readContent(time: TransferTime): Promise<SmtpEvent | undefined> {
    const { clock } = this.#options;
    const beganMs = clock.nowMs();
    const before = this.#receivedOctets;
    const ended = await this.#readMore(time.leftMs, 'content');
    time.spend(clock.nowMs() - beganMs, this.#receivedOctets - before);
    return ended;
  }

  /** Before we wait for the client it gets what it is waiting for. */
  async #readMore(timeoutMs: number, moment?: ReadMoment): Promise<SmtpEvent | undefined> {
    await this.flush();
    if (timeoutMs <= 0) return { kind: 'timed-out' };
    const { connection, log, area } = this.#options;
    this.#framing.ownRest();
    try {
      const octets = await connection.read(timeoutMs, moment);
      if (octets === undefined) return { kind: 'peer-closed' };
      this.#receivedOctets += octets.length;
      this.#framing.push(octets);
      return undefined;
    } catch (error) {
      if (error instanceof ServerStopping) return { kind: 'stopping' };
      if (!(error instanceof WorldError)) throw error;
      // A reset looks the same: then the farewell cannot be written, and that is noticed there.
      log.write('info', area, `nothing more came: ${error.message}`, { session: connection.facts.connectionId });
      return { kind: 'timed-out' };
    }
  }
}

/** Behind a line end that stood alone the end of DATA was only guessed at: nothing may be read on from there. */
function dataEnded(outcome: ContentOutcome): SmtpEvent {
  if (outcome.kind === 'bare-line-end') return { kind: 'content-broken', defect: 'bare-line-end' };
  return { kind: 'content-ended', outcome };
}
