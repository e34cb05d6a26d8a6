// One connection to a running Dovecot, on which many questions are under way at once, each with its number. It is opened when
// something is asked, and again after it broke; a Dovecot that hangs makes questions fail, each after its time.

import type { Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import { AuthFraming } from '#protocols/dovecot-auth/auth-framing.ts';
import { parseAuthLine } from '#protocols/dovecot-auth/auth-line.ts';
import { parseVersion } from '#protocols/dovecot-auth/handshake.ts';

export interface DovecotLinkSettings {
  /** For the log: the socket's path. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly mostQuestions: number;
  /** What we say first. */
  readonly greeting: string;
  readonly majorVersion: number;
  /** The command that ends the other side's greeting. */
  readonly greetingEnd: 'DONE' | 'SPID';
}

export type DovecotStream = Pick<Connection, 'read' | 'write' | 'destroy'>;

/** The error is what the system says of it: `Connection refused`. */
export type DialDovecot = (timeoutMs: number) => Promise<Result<DovecotStream, string>>;

/** Of the reply to one question; it is kept as the line that it was. */
interface Asked {
  answer(line: Buffer): void;
  fail(failure: WorldError): void;
}

interface Open {
  readonly stream: DovecotStream;
  readonly asked: Map<number, Asked>;
  /** It has answered before: where it is gone now, a fresh connection may do better. */
  isProven: boolean;
  broken: 'closed' | 'silent' | undefined;
}

const FOR_EVER_MS = 0;

export class DovecotLink implements Disposable {
  readonly #settings: DovecotLinkSettings;
  readonly #dial: DialDovecot;
  #opening: Promise<Open> | undefined;
  #lastId = 0;
  #questions = 0;

  constructor(settings: DovecotLinkSettings, dial: DialDovecot) {
    this.#settings = settings;
    this.#dial = dial;
  }

  /** `format` gets the number that the question bears. Throws WorldError when there is no answer. */
  async ask(format: (id: number) => string): Promise<Buffer> {
    if (this.#questions >= this.#settings.mostQuestions) throw this.#failure('too many questions are under way');
    this.#questions += 1;
    try {
      const open = await this.#opened();
      try {
        return await this.#askOn(open, format);
      } catch (failure) {
        // It went away while nobody looked, as a Dovecot does that is started anew.
        if (!(failure instanceof WorldError && open.isProven && open.broken === 'closed')) throw failure;
        return await this.#askOn(await this.#opened(), format);
      }
    } finally {
      this.#questions -= 1;
    }
  }

  [Symbol.dispose](): void {
    this.#opening?.then(({ stream }) => stream.destroy()).catch(() => undefined);
    this.#opening = undefined;
  }

  async #askOn(open: Open, format: (id: number) => string): Promise<Buffer> {
    this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    open.asked.set(id, { answer: resolve, fail: reject });
    // Who does not answer one question in time is not asked others on the same connection.
    const timer = setTimeout(() => this.#breakOff(open, 'silent', 'timed out'), this.#settings.timeoutMs);
    try {
      const [answer] = await Promise.all([promise, open.stream.write(format(id))]);
      open.isProven = true;
      return answer;
    } finally {
      clearTimeout(timer);
      open.asked.delete(id);
    }
  }

  async #opened(): Promise<Open> {
    this.#opening ??= this.#connect();
    const opening = this.#opening;
    const forget = () => {
      if (this.#opening === opening) this.#opening = undefined;
    };
    try {
      const open = await opening;
      if (open.broken === undefined) return open;
    } catch (failure) {
      forget();
      throw failure;
    }
    forget();
    return await this.#opened();
  }

  async #connect(): Promise<Open> {
    const { greeting, timeoutMs } = this.#settings;
    const dialled = await this.#dial(timeoutMs);
    if (!dialled.ok) throw this.#failure(dialled.error);
    const open: Open = { stream: dialled.value, asked: new Map(), isProven: false, broken: undefined };
    const { promise: greeted, resolve, reject } = Promise.withResolvers<void>();
    greeted.catch(() => undefined);
    const timer = setTimeout(() => {
      reject(this.#failure('it did not greet in time'));
      open.stream.destroy();
    }, timeoutMs);
    void this.#readAll(open, resolve).then(reject, reject);
    try {
      await open.stream.write(greeting);
      await greeted;
      return open;
    } catch (failure) {
      open.stream.destroy();
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  /** To the end of the connection; why it ended. */
  async #readAll(open: Open, greeted: () => void): Promise<WorldError> {
    const framing = new AuthFraming();
    let reason = 'it closed the connection';
    try {
      for (;;) {
        const line = framing.nextLine();
        if (!line.ok) throw this.#failure('a line is too long');
        if (line.value !== undefined) {
          this.#take(line.value, open, greeted);
          continue;
        }
        const octets = await open.stream.read(FOR_EVER_MS);
        if (octets === undefined) break;
        framing.push(octets);
      }
    } catch (failure) {
      if (!(failure instanceof WorldError)) throw failure;
      reason = failure.message;
    }
    return this.#breakOff(open, 'closed', reason);
  }

  #take(line: Buffer, open: Open, greeted: () => void): void {
    const [command = '', ...fields] = parseAuthLine(line) ?? [];
    const { greetingEnd, majorVersion } = this.#settings;
    if (command === 'VERSION' && parseVersion(fields)?.major !== majorVersion) {
      throw this.#failure('it speaks another version');
    }
    if (command === greetingEnd) greeted();
    else open.asked.get(Number(fields[0]))?.answer(line);
  }

  #breakOff(open: Open, how: 'closed' | 'silent', reason: string): WorldError {
    const failure = this.#failure(reason);
    open.broken ??= how;
    open.stream.destroy();
    for (const { fail } of open.asked.values()) fail(failure);
    return failure;
  }

  #failure(text: string): WorldError {
    return new WorldError(`ask Dovecot at ${this.#settings.name}`, { transient: true, cause: new Error(text) });
  }
}
