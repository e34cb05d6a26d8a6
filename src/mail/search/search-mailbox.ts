// SEARCH over one mailbox as a session sees it: numbers and flags first, then headers, then bodies, each only of the messages
// that what came before does not decide. RFC 3501 §6.4.4.

import { readHeader } from '#mail/mailboxes/message-header.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { MailboxView } from '#protocols/imap/mailbox-view.ts';
import type { SearchKey } from '#protocols/imap/search-key.ts';
import { findInBody, type Pause } from './body-search.ts';
import { bodyHasNone, headerEnd, upperAscii } from './raw-text.ts';
import { type CompiledSearch, compileSearch } from './search-test.ts';
import { SearchedHeader } from './searched-header.ts';

/** Those that are gone are left out. */
export interface SearchedMessages {
  /** `header` is `undefined` where it is not at hand: the message has it. */
  headers(uids: Uint32Array): AsyncIterable<{ readonly uid: number; readonly header: Buffer | undefined }>;
  open(uids: Uint32Array): AsyncIterable<{ readonly uid: number; readonly content: MessageContent }>;
  readonly pause: Pause;
}

/** Larger messages are looked at piece by piece. */
const WHOLE_BYTES = 256 * 1024;
const NOTHING: ReadonlySet<string> = new Set();

/** The rows that match, ascending. */
export async function searchMailbox(key: SearchKey, view: MailboxView, messages: SearchedMessages): Promise<number[]> {
  const search = new MailboxSearch(compileSearch(key, view), view, messages);
  await search.testNumbers();
  await search.testHeaders();
  await search.testMessages();
  return search.found.sort((a, b) => a - b);
}

class MailboxSearch {
  readonly found: number[] = [];
  readonly #search: CompiledSearch;
  readonly #view: MailboxView;
  readonly #messages: SearchedMessages;
  #undecided: number[] = [];

  constructor(search: CompiledSearch, view: MailboxView, messages: SearchedMessages) {
    this.#search = search;
    this.#view = view;
    this.#messages = messages;
  }

  async testNumbers(): Promise<void> {
    for (let row = 0; row < this.#view.exists; row++) {
      if (this.#view.isGone(row)) continue;
      this.#decide(row, this.#search.test({ row, header: undefined, foundInBody: undefined }));
      const paused = this.#messages.pause();
      if (paused !== undefined) await paused;
    }
  }

  async testHeaders(): Promise<void> {
    if (!this.#search.asksHeaders) return;
    for await (const { uid, header: octets } of this.#messages.headers(this.#takeUndecided())) {
      const row = this.#view.findRow(uid);
      if (row === undefined) continue;
      const header = octets && new SearchedHeader(octets);
      this.#decide(row, this.#search.test({ row, header, foundInBody: undefined }));
      const paused = this.#messages.pause();
      if (paused !== undefined) await paused;
    }
  }

  async testMessages(): Promise<void> {
    for await (const { uid, content } of this.#messages.open(this.#takeUndecided())) {
      const row = this.#view.findRow(uid);
      if (row !== undefined && (await this.#matches(row, content))) this.found.push(row);
      const paused = this.#messages.pause();
      if (paused !== undefined) await paused;
    }
  }

  async #matches(row: number, content: MessageContent): Promise<boolean> {
    const { test, bodyTexts } = this.#search;
    const whole = content.sizeBytes <= WHOLE_BYTES ? await content.read(0, content.sizeBytes) : undefined;
    const header = new SearchedHeader(whole?.subarray(0, headerEnd(whole)) ?? (await readHeaderOctets(content)));
    const verdict = test({ row, header, foundInBody: undefined });
    if (verdict !== undefined) return verdict;
    const upper = whole && upperAscii(whole);
    const isElsewhere = upper !== undefined && bodyHasNone(upper, bodyTexts);
    const foundInBody = isElsewhere ? NOTHING : await findInBody(content, bodyTexts, this.#messages.pause);
    return test({ row, header, foundInBody }) === true;
  }

  #decide(row: number, verdict: boolean | undefined): void {
    if (verdict === undefined) this.#undecided.push(row);
    else if (verdict) this.found.push(row);
  }

  #takeUndecided(): Uint32Array {
    const uids = this.#view.uidsOf(this.#undecided);
    this.#undecided = [];
    return uids;
  }
}

async function readHeaderOctets(content: MessageContent): Promise<Buffer> {
  const { octets, bodyStart } = (await readHeader(content)).block;
  return octets.subarray(0, bodyStart);
}
