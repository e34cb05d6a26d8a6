// SEARCH over one mailbox as a session sees it: numbers and flags first, then headers, then bodies, each only of the messages
// that what came before does not decide. RFC 3501 §6.4.4.

import { readHeader } from '#mail/mailboxes/message-header.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { MailboxView } from '#protocols/imap/mailbox-view.ts';
import type { SearchKey } from '#protocols/imap/search-key.ts';
import { findInBody, type Pause } from './body-search.ts';
import { headerEnd } from './raw-text.ts';
import { type CompiledSearch, compileSearch } from './search-test.ts';
import { SearchedHeader } from './searched-header.ts';
import { Sieve, wordsOf } from './sieve.ts';

type Words = readonly string[] | undefined;

/** In the order asked for; those that are gone are left out, and where there are words (`wordsOf`) those without them may be. */
export interface SearchedMessages {
  /** `header` is `undefined` where it is not at hand: the message has it. */
  headers(
    uids: Uint32Array,
    words: Words,
  ): AsyncIterable<{ readonly uid: number; readonly header: Buffer | undefined }>;
  open(uids: Uint32Array, words: Words): AsyncIterable<{ readonly uid: number; readonly content: MessageContent }>;
  readonly pause: Pause;
}

/** Larger messages are looked at piece by piece. */
const WHOLE_BYTES = 256 * 1024;
const NOTHING: ReadonlySet<string> = new Set();
/** Looking at the clock takes longer than looking at a row's numbers. */
const ROWS_BETWEEN_PAUSES = 256;

/** The rows that match, ascending. */
export async function searchMailbox(key: SearchKey, view: MailboxView, messages: SearchedMessages): Promise<number[]> {
  const search = new MailboxSearch(compileSearch(key, view), view, messages);
  await search.testNumbers();
  await search.testHeaders();
  await search.testMessages();
  return search.found.filter((row) => !view.isGone(row)).sort((a, b) => a - b);
}

class MailboxSearch {
  readonly found: number[] = [];
  readonly #search: CompiledSearch;
  readonly #view: MailboxView;
  readonly #messages: SearchedMessages;
  readonly #bodySieve: Sieve | undefined;
  #undecided: number[] = [];

  constructor(search: CompiledSearch, view: MailboxView, messages: SearchedMessages) {
    this.#search = search;
    this.#view = view;
    this.#messages = messages;
    const words = search.bodyTexts.length === 0 ? undefined : wordsOf(search.bodyTexts);
    this.#bodySieve = words && new Sieve(words);
  }

  async testNumbers(): Promise<void> {
    const { test } = this.#search;
    for (let row = 0; row < this.#view.exists; row++) {
      if (!this.#view.isGone(row)) this.#decide(row, test({ row, header: undefined, foundInBody: undefined }));
      const paused = row % ROWS_BETWEEN_PAUSES === 0 ? this.#messages.pause() : undefined;
      if (paused !== undefined) await paused;
    }
  }

  async testHeaders(): Promise<void> {
    if (!this.#search.asksHeaders) return;
    const { test, headerWords, headerTexts } = this.#search;
    const rows = this.#takeUndecided();
    const leftOut = new LeftOut(rows, headerWords);
    for await (const { uid, header: octets } of this.#messages.headers(this.#view.uidsOf(rows), headerWords)) {
      const row = this.#view.findRow(uid);
      if (row === undefined) continue;
      leftOut.came(row);
      const header = octets && new SearchedHeader(octets);
      this.#decide(row, test({ row, header, foundInBody: undefined }));
      const paused = this.#messages.pause();
      if (paused !== undefined) await paused;
    }
    for (const row of leftOut.rows()) {
      this.#decide(row, test({ row, header: undefined, headerLacks: headerTexts, foundInBody: undefined }));
    }
  }

  async testMessages(): Promise<void> {
    const { messageWords, headerTexts, bodyTexts, test } = this.#search;
    const rows = this.#takeUndecided();
    const leftOut = await this.#testOpened(rows, messageWords);
    const headerLacks = new Set([...headerTexts, ...bodyTexts]);
    for (const row of leftOut) {
      this.#decide(row, test({ row, header: undefined, headerLacks, foundInBody: NOTHING }));
    }
    // What else is asked, only the message itself can tell.
    await this.#testOpened(this.#takeUndecided(), undefined);
  }

  /** Returns the rows that were left out for their words. */
  async #testOpened(rows: readonly number[], words: Words): Promise<readonly number[]> {
    const leftOut = new LeftOut(rows, words);
    for await (const { uid, content } of this.#messages.open(this.#view.uidsOf(rows), words)) {
      const row = this.#view.findRow(uid);
      if (row === undefined) continue;
      leftOut.came(row);
      if (await this.#matches(row, content)) this.found.push(row);
      const paused = this.#messages.pause();
      if (paused !== undefined) await paused;
    }
    return leftOut.rows();
  }

  async #matches(row: number, content: MessageContent): Promise<boolean> {
    const { test, bodyTexts } = this.#search;
    const whole = content.sizeBytes <= WHOLE_BYTES ? await content.read(0, content.sizeBytes) : undefined;
    const header = new SearchedHeader(whole?.subarray(0, headerEnd(whole)) ?? (await readHeaderOctets(content)));
    const verdict = test({ row, header, foundInBody: undefined });
    if (verdict !== undefined) return verdict;
    const isElsewhere = whole !== undefined && this.#bodySieve?.mayBeInMessage(whole) === false;
    const foundInBody = isElsewhere ? NOTHING : await findInBody(content, bodyTexts, this.#messages.pause);
    return test({ row, header, foundInBody }) === true;
  }

  #decide(row: number, verdict: boolean | undefined): void {
    if (verdict === undefined) this.#undecided.push(row);
    else if (verdict) this.found.push(row);
  }

  #takeUndecided(): readonly number[] {
    const rows = this.#undecided;
    this.#undecided = [];
    return rows.sort((a, b) => a - b);
  }
}

/** Of rows that were asked for, ascending, those that did not come: for their words, or, without words, because they went. */
class LeftOut {
  readonly #asked: readonly number[];
  readonly #words: Words;
  readonly #came = new Set<number>();

  constructor(asked: readonly number[], words: Words) {
    this.#asked = asked;
    this.#words = words;
  }

  came(row: number): void {
    this.#came.add(row);
  }

  rows(): readonly number[] {
    return this.#words === undefined ? [] : this.#asked.filter((row) => !this.#came.has(row));
  }
}

async function readHeaderOctets(content: MessageContent): Promise<Buffer> {
  const { octets, bodyStart } = (await readHeader(content)).block;
  return octets.subarray(0, bodyStart);
}
