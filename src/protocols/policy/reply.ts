// The answer of a policy service: attributes up to an empty line, one of which is `action`; what else it says is passed over,
// as Postfix does. What is too long, or no such answer, ends the conversation.
//
//   reply     = *attribute LF
//   attribute = name "=" value LF

import { isUtf8 } from 'node:buffer';
import { ByteQueue } from '#base/byte-queue.ts';
import { err, ok, type Result } from '#base/result.ts';

const LONGEST_POLICY_REPLY = 16_384;

const LF = 0x0a;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

export class PolicyReplyReader {
  readonly #longest: number;
  readonly #unread = new ByteQueue();
  #read = 0;
  #action: string | undefined;

  constructor(longest = LONGEST_POLICY_REPLY) {
    this.#longest = longest;
  }

  /** Something came behind the answer, which nobody asked for. */
  get hasMore(): boolean {
    return this.#unread.length > 0;
  }

  /** The action, once the answer is whole; the error says what is wrong with it. */
  push(octets: Buffer): Result<string | undefined, string> {
    this.#unread.push(octets);
    for (;;) {
      const end = this.#unread.indexOf(LF);
      if (this.#read + (end === -1 ? this.#unread.length : end) > this.#longest) {
        return err(`the answer is longer than ${this.#longest} octets`);
      }
      if (end === -1) return ok(undefined);
      const line = this.#unread.take(end + 1).subarray(0, end);
      this.#read += end + 1;
      if (line.length === 0) return this.#action === undefined ? err('the answer has no action') : ok(this.#action);
      const mistake = this.#readAttribute(line);
      if (mistake !== undefined) return err(mistake);
    }
  }

  #readAttribute(line: Buffer): string | undefined {
    if (!isUtf8(line)) return 'the answer is not UTF-8';
    const text = line.toString();
    const equals = text.indexOf('=');
    if (equals === -1) return 'the answer has a line that is no attribute';
    if (text.slice(0, equals).trim() !== 'action') return undefined;
    const action = text.slice(equals + 1).trim();
    if (action === '' || CONTROL.test(text)) return 'the action is empty, or has control characters';
    this.#action ??= action;
    return undefined;
  }
}
