// Lists of messages as they are typed behind a command. Words that are neither numbers nor signs name a sender, or with `/` a
// part of the subject; letters behind a colon pick by state.
//
//   list = *( item SP )    item = part ["-" part] / "+" / "-" / "*" / ":" letter / "/" subject / sender
//   part = number / "^" / "." / "$"

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { Remark } from './failure.ts';
import { type ListToken, readListTokens } from './list-tokens.ts';

export interface ListableMessage {
  readonly isDeleted: boolean;
  readonly isNew: boolean;
  readonly isRead: boolean;
  sender(): string;
  subject(): string;
  field(name: string): string | undefined;
}

export interface ListQuestion {
  readonly messages: readonly ListableMessage[];
  /** Number of the current message. */
  readonly dot: number;
  /** `undelete` speaks of deleted messages, all others of the rest. */
  readonly ofDeleted: boolean;
  /** Behind `pipe`, words are the program's. */
  readonly takesNames: boolean;
  /** `searchheaders`: `/to:ana` looks into that field. */
  readonly searchesFields: boolean;
  readonly memory: ListMemory;
}

/** What `:` and `/` alone repeat. */
export interface ListMemory {
  states: string;
  subject: string;
}

const STATES: Readonly<Record<string, (message: ListableMessage) => boolean>> = {
  n: ({ isNew }) => isNew,
  o: ({ isNew }) => !isNew,
  u: ({ isRead }) => !isRead,
  d: ({ isDeleted }) => isDeleted,
  r: ({ isRead }) => isRead,
};
const RECIPIENT_FIELDS = ['to', 'cc', 'bcc'];

/** Numbers in rising order; none where the text names none. */
export function findMessages(text: string, question: ListQuestion): Result<number[], Remark> {
  const tokens = readListTokens(text);
  if (!tokens.ok) return tokens;
  if (question.messages.length === 0) return ok([]);
  const picked = new Picker(question);
  for (let at = 0; at < tokens.value.length; at++) {
    const [token, next] = [tokens.value[at], tokens.value[at + 1]];
    const remark = token === undefined ? undefined : picked.take(token, next);
    if (remark !== undefined) return err(remark);
  }
  return picked.finish();
}

class Picker {
  readonly #question: ListQuestion;
  readonly #numbers = new Set<number>();
  readonly #names: string[] = [];
  #states = '';
  #isAll = false;
  #isAnythingElse = false;
  #hasNumbers = false;
  /** The first part of a range. */
  #from: number | undefined;

  constructor(question: ListQuestion) {
    this.#question = question;
  }

  take(token: ListToken, next: ListToken | undefined): Remark | undefined {
    switch (token.kind) {
      case 'number':
        return this.#takeNumber(token.value, next);
      case 'sign':
        return this.#takeSign(token.sign, next);
      case 'plus':
        return this.#from === undefined ? this.#step(1) : { key: 'mail.list-second-argument' };
      case 'dash':
        return this.#from === undefined ? this.#step(-1) : undefined;
      case 'star':
        if (this.#isAnythingElse) return { key: 'mail.list-star-mixed' };
        this.#isAll = true;
        return undefined;
      case 'word':
        return this.#takeWord(token.text);
      default:
        return unreachable(token);
    }
  }

  finish(): Result<number[], Remark> {
    this.#question.memory.states = this.#states;
    if (this.#isAll) {
      const all = this.#candidates();
      return all.length === 0 ? err({ key: 'mail.no-applicable-dot' }) : ok(all);
    }
    const isFiltered = this.#names.length > 0 || this.#states !== '';
    let numbers = isFiltered && !this.#hasNumbers ? this.#candidates() : [...this.#numbers].sort((a, b) => a - b);
    if (this.#names.length > 0) {
      numbers = numbers.filter((number) => this.#names.some((name) => this.#isNamed(number, name)));
      if (numbers.length === 0) return err({ key: 'mail.no-messages-from', values: { names: this.#names.join(', ') } });
    }
    if (this.#states !== '') {
      numbers = numbers.filter((number) => [...this.#states].every((state) => this.#isIn(number, state)));
      const states = [...this.#states].map((state) => ` :${state}`).join('');
      if (numbers.length === 0) return err({ key: 'mail.no-messages-satisfy', values: { states } });
    }
    return ok(numbers);
  }

  #takeNumber(number: number, next: ListToken | undefined): Remark | undefined {
    if (this.#isAll) return { key: 'mail.list-numbers-with-star' };
    this.#hasNumbers = true;
    this.#isAnythingElse = true;
    const { messages, ofDeleted } = this.#question;
    const message = messages[number - 1];
    if (message === undefined) return { key: 'mail.invalid-number', values: { number } };
    if (message.isDeleted && !ofDeleted) return { key: 'mail.inappropriate-message', values: { number } };
    if (this.#from !== undefined) {
      for (let each = this.#from; each <= number; each++) {
        if (ofDeleted || messages[each - 1]?.isDeleted === false) this.#numbers.add(each);
      }
      this.#from = undefined;
    } else if (next?.kind === 'dash') this.#from = number;
    else this.#numbers.add(number);
    return undefined;
  }

  #takeSign(sign: '^' | '$' | '.', next: ListToken | undefined): Remark | undefined {
    const { dot } = this.#question;
    if (sign !== '.') {
      const all = this.#candidates();
      const number = sign === '^' ? all[0] : all.at(-1);
      return number === undefined ? { key: 'mail.no-applicable' } : this.#takeNumber(number, next);
    }
    return this.#isCandidate(dot)
      ? this.#takeNumber(dot, next)
      : { key: 'mail.inappropriate-message', values: { number: dot } };
  }

  #step(by: 1 | -1): Remark | undefined {
    const { messages, dot } = this.#question;
    for (let number = dot + by; number >= 1 && number <= messages.length; number += by) {
      if (!this.#isCandidate(number)) continue;
      this.#numbers.add(number);
      return undefined;
    }
    return { key: by > 0 ? 'mail.beyond-end' : 'mail.before-first' };
  }

  #takeWord(text: string): Remark | undefined {
    if (this.#from !== undefined) return { key: 'mail.list-second-argument' };
    this.#isAnythingElse = true;
    if (!text.startsWith(':')) {
      if (this.#question.takesNames) this.#names.push(this.#withMemory(text));
      return undefined;
    }
    const states = text === ':' ? this.#question.memory.states : text.charAt(1);
    if (![...states].every((state) => state in STATES) || states === '') {
      return { key: 'mail.unknown-colon', values: { word: text } };
    }
    this.#states += states;
    return undefined;
  }

  /** `/` alone is what was looked for last. */
  #withMemory(text: string): string {
    const { memory } = this.#question;
    if (!text.startsWith('/')) return text;
    if (text !== '/') memory.subject = text.slice(1);
    return `/${memory.subject}`;
  }

  #isNamed(number: number, name: string): boolean {
    const message = this.#question.messages[number - 1];
    if (message === undefined || name === '' || name === '/') return false;
    if (!name.startsWith('/')) return contains(message.sender(), name);
    const wanted = name.slice(1);
    const colon = this.#question.searchesFields ? wanted.indexOf(':') : -1;
    if (colon < 0) return contains(message.subject(), wanted);
    const field = wanted.slice(0, colon);
    const fields = field === 'to' ? RECIPIENT_FIELDS : [field || 'subject'];
    return fields.some((each) => contains(message.field(each) ?? '', wanted.slice(colon + 1)));
  }

  #isIn(number: number, state: string): boolean {
    const message = this.#question.messages[number - 1];
    return message !== undefined && (STATES[state]?.(message) ?? false);
  }

  #candidates(): number[] {
    return this.#question.messages.flatMap((_, index) => (this.#isCandidate(index + 1) ? [index + 1] : []));
  }

  #isCandidate(number: number): boolean {
    return this.#question.messages[number - 1]?.isDeleted === this.#question.ofDeleted;
  }
}

function contains(text: string, wanted: string): boolean {
  return wanted !== '' && text.toLowerCase().includes(wanted.toLowerCase());
}

/** The message a command means that names none: from `dot` on, else before it; 0 where there is none. */
export function findDefault(messages: readonly ListableMessage[], dot: number, ofDeleted: boolean): number {
  const fits = (message: ListableMessage | undefined) => message !== undefined && message.isDeleted === ofDeleted;
  for (let number = dot; number <= messages.length; number++) if (fits(messages[number - 1])) return number;
  for (let number = dot - 1; number >= 1; number--) if (fits(messages[number - 1])) return number;
  return 0;
}
