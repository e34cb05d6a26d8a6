// The client's end of a connection, as tests hold it: in memory (`connection-pair.ts`) or over a real socket
// (`socket-client.ts`). `conversation` puts lines on top of it.

export interface ClientStream {
  send(bytes: Uint8Array | string): void;
  /** The next octets, or `undefined` when the server has closed. Throws when nothing comes in time, and on reset. */
  read(timeoutMs: number): Promise<Buffer | undefined>;
  startTls(): Promise<void>;
  /** Half-close: the server reads an end, and may still answer. */
  close(): void;
  /** Drops the connection as a crash would. */
  reset(): void;
}

export interface Conversation extends ClientStream {
  /** The next line without its CRLF (a bare LF stays visible as `\n`); `undefined` when the server has closed. */
  readLine(timeoutMs?: number): Promise<string | undefined>;
  /** Everything up to and with `text`. */
  waitFor(text: string, timeoutMs?: number): Promise<string>;
  /** Everything until the server closes. */
  readToEnd(timeoutMs?: number): Promise<string>;
  readExactly(count: number, timeoutMs?: number): Promise<Buffer>;
}

/** What is expected comes at once, or far later on a machine that is busy; what does not come is the exception. */
const DEFAULT_TIMEOUT_MS = 60_000;

export function conversation(stream: ClientStream): Conversation {
  let pending = Buffer.alloc(0);

  const more = async (timeoutMs: number): Promise<boolean> => {
    const chunk = await stream.read(timeoutMs);
    if (chunk === undefined) return false;
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    return true;
  };
  const take = (count: number): Buffer => {
    const taken = pending.subarray(0, count);
    pending = pending.subarray(count);
    return taken;
  };

  return {
    send: (bytes) => stream.send(bytes),
    startTls: async () => {
      pending = Buffer.alloc(0);
      await stream.startTls();
    },
    close: () => stream.close(),
    reset: () => stream.reset(),
    async read(timeoutMs) {
      if (pending.length === 0 && !(await more(timeoutMs))) return undefined;
      return take(pending.length);
    },
    async readLine(timeoutMs = DEFAULT_TIMEOUT_MS) {
      let from = 0;
      for (;;) {
        const lf = pending.indexOf(0x0a, from);
        if (lf !== -1) {
          const line = take(lf + 1).toString('utf8');
          return line.endsWith('\r\n') ? line.slice(0, -2) : line;
        }
        from = pending.length;
        if (!(await more(timeoutMs))) {
          if (pending.length === 0) return undefined;
          return take(pending.length).toString('utf8');
        }
      }
    },
    async waitFor(text, timeoutMs = DEFAULT_TIMEOUT_MS) {
      for (;;) {
        const at = pending.indexOf(text);
        if (at !== -1) return take(at + Buffer.byteLength(text)).toString('utf8');
        if (!(await more(timeoutMs)))
          throw new Error(`closed before ${JSON.stringify(text)}; got ${pending.toString()}`);
      }
    },
    async readToEnd(timeoutMs = DEFAULT_TIMEOUT_MS) {
      while (await more(timeoutMs));
      return take(pending.length).toString('utf8');
    },
    async readExactly(count, timeoutMs = DEFAULT_TIMEOUT_MS) {
      while (pending.length < count) {
        if (!(await more(timeoutMs))) throw new Error(`closed after ${pending.length} of ${count} octets`);
      }
      return Buffer.from(take(count));
    },
  };
}
