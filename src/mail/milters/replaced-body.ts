// The body that a milter puts in the place of the old one, on its way into the content store: it comes in pieces, and is
// never in memory as a whole.

import type { ContentStore, ContentWriter, MessageContent } from '#mail/ports/message-content.ts';
import { LineEndMender } from './line-end-mender.ts';

export class ReplacedBody implements AsyncDisposable {
  readonly #writer: ContentWriter;
  readonly #mostOctets: number;
  readonly #mender = new LineEndMender();

  /** 0 is no limit. */
  constructor(contentStore: ContentStore, mostOctets: number) {
    this.#writer = contentStore.openWriter();
    this.#mostOctets = mostOctets;
  }

  get isTooLarge(): boolean {
    return this.#mostOctets > 0 && this.#writer.sizeBytes > this.#mostOctets;
  }

  /** What comes behind the limit is thrown away. */
  write(octets: Buffer): Promise<void> | undefined {
    return this.isTooLarge ? undefined : this.#writer.write(this.#mender.mend(octets));
  }

  async finish(): Promise<MessageContent> {
    const end = this.#mender.end();
    if (end.length > 0) await this.#writer.write(end);
    return await this.#writer.finish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
  }
}
