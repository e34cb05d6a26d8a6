// A cache that outlives the process: a file of JSON, read at the start and begun anew where it cannot be, written some time after a
// change. Nothing but questions that are asked again hangs on it: no write is waited for, and a power cut may cost the last ones.

import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { Check } from '#base/shape.ts';
import { isMissing } from './errno.ts';

export interface CacheFileOptions<Content> {
  readonly file: string;
  readonly isContent: Check<Content>;
  /** Changes gather for so long before they are written. */
  readonly gatherMs: number;
  readonly report: (text: string) => void;
}

/** Disposing writes what is not written. */
export class CacheFile<Content> implements AsyncDisposable {
  readonly #options: CacheFileOptions<Content>;
  #unwritten: (() => Content) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: CacheFileOptions<Content>) {
    this.#options = options;
  }

  /** `undefined` where there is none that can be read. */
  read(): Content | undefined {
    const { file, isContent, report } = this.#options;
    try {
      const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (isContent(content)) return content;
      throw new Error('it holds something else');
    } catch (cause) {
      if (!isMissing(cause)) report(`${file} is begun anew: ${String(cause)}`);
      return undefined;
    }
  }

  /** The content is asked for when it is written. */
  change(content: () => Content): void {
    this.#unwritten = content;
    this.#timer ??= setTimeout(() => this.#write(), this.#options.gatherMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const content = this.#unwritten;
    this.#unwritten = undefined;
    if (content !== undefined) this.#writing = this.#writing.then(() => this.#replace(content()));
  }

  async #replace(content: Content): Promise<void> {
    const { file, report } = this.#options;
    try {
      await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
      await rename(`${file}.new`, file);
    } catch (cause) {
      report(`${file} was not written: ${String(cause)}`);
    }
  }
}
