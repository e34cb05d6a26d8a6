// The content of one message on its way into the store: every octet of DATA and BDAT comes through here, so that the
// size limit is enforced in one place. After a trouble the rest is counted and thrown away.

import type { ContentStore, ContentWriter, MessageContent } from '#mail/ports/message-content.ts';
import type { ContentOutcome } from '#protocols/smtp/event.ts';
import { checkLineEnds } from '#protocols/smtp/framing.ts';
import type { SmtpLimits } from '#protocols/smtp/limits.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';

const COMPLETE: ContentOutcome = { kind: 'complete' };
const BARE_LINE_END = { kind: 'bare-line-end' } as const;

export interface ContentReceiverOptions {
  readonly contentStore: ContentStore;
  readonly limits: SmtpLimits;
  readonly replyToFailure: (error: unknown) => SmtpReply;
}

export class ContentReceiver implements AsyncDisposable {
  readonly #options: ContentReceiverOptions;
  #writer: ContentWriter | undefined;
  #octets = 0;
  #lineEnd: ReturnType<typeof checkLineEnds> = 'other';
  #trouble: Exclude<ContentOutcome, { kind: 'complete' }> | undefined;

  constructor(options: ContentReceiverOptions) {
    this.#options = options;
  }

  get outcome(): ContentOutcome {
    return this.#trouble ?? COMPLETE;
  }

  /** So much more has come than a message may have that it is not worth reading to its end. */
  get isEndless(): boolean {
    return this.#octets > this.#options.limits.messageOctets + this.#options.limits.discardOctets;
  }

  /** Awaiting it, where there is something to await, is the back-pressure. */
  take(octets: Buffer): Promise<void> | undefined {
    this.#octets += octets.length;
    if (this.#octets > this.#options.limits.messageOctets) this.#trouble ??= { kind: 'too-large' };
    if (this.#trouble !== undefined) return this.#drop();
    try {
      this.#writer ??= this.#options.contentStore.openWriter();
      return this.#writer.write(octets)?.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** The same for chunks of lines, whose framing did not look at how lines end. RFC 3030 §3. */
  takeLines(octets: Buffer): Promise<void> | undefined {
    if (this.#lineEnd !== 'bare') this.#lineEnd = checkLineEnds(octets, this.#lineEnd);
    if (this.#lineEnd === 'bare') this.#trouble ??= BARE_LINE_END;
    return this.take(octets);
  }

  /** A line end stood alone: whatever else is wrong with the message, this is worse. */
  condemn(): Promise<void> | undefined {
    this.#trouble = BARE_LINE_END;
    return this.#drop();
  }

  /** No octet follows: a CR that still waits for its LF stands alone. */
  endLines(): void {
    if (this.#lineEnd === 'cr') this.#trouble ??= BARE_LINE_END;
  }

  async finish(): Promise<MessageContent> {
    this.#writer ??= this.#options.contentStore.openWriter();
    return await this.#writer.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#drop();
  }

  #fail(error: unknown): Promise<void> | undefined {
    this.#trouble ??= { kind: 'failed', reply: this.#options.replyToFailure(error) };
    return this.#drop();
  }

  #drop(): Promise<void> | undefined {
    const writer = this.#writer;
    this.#writer = undefined;
    return writer === undefined ? undefined : Promise.resolve(writer[Symbol.asyncDispose]());
  }
}
