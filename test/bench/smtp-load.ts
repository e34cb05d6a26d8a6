// The load generator: a program of its own, the same for every peer. Arguments: a JSON object; prints a JSON object.
// Each connection sends its messages one after the other, without pipelining, to one of a hundred recipients in turn.
// Before it measures, it sends some to itself: what its own code costs while V8 compiles it is nobody's speed.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { quantile } from './median.ts';

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly messages: number;
  readonly sizeBytes: number;
  /** `true`: each connection is kept for all its messages; `false`: a new one for each. */
  readonly reuse: boolean;
  readonly domain: string;
  /** Instead of what is made up here. */
  readonly letter?: Letter;
}

/** A message of somebody in particular. */
export interface Letter {
  /** Its octets as DATA brings them, with the final dot. */
  readonly file: string;
  readonly sender: string;
  /** Where the connections come from. */
  readonly clientAddress: string;
}

export interface LoadReport {
  /** Since 1970, when the sending began, and how long it took. */
  readonly startedAtMs: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of whole transactions, from MAIL (or the connection, where each message has its own) to the 250. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const BOXES = 100;
/** A server that says nothing for so long hangs: the measurement fails instead of waiting for ever. */
const SILENCE_MS = 120_000;
const WARM_UP_MESSAGES = 2_000;
const FINAL_DOT = '\r\n.\r\n';

class Client {
  readonly #socket: Socket;
  #text = '';
  #waiting: ((line: string) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  /** Where it comes from is said only where that matters: a bound socket cannot share its port with a former one's. */
  constructor(port: number, localAddress: string | undefined) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, ...(localAddress && { localAddress }) });
    this.#socket.setEncoding('latin1');
    this.#socket.setTimeout(SILENCE_MS, () => this.#socket.destroy(new Error(`silent for ${SILENCE_MS / 1_000} s`)));
    this.#socket.on('data', (chunk: string) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#fail?.(error));
    this.#socket.on('close', () => this.#fail?.(new Error(`closed after: ${this.#text}`)));
  }

  /** Sends, and waits for the last line of the reply, which must begin with the digit. */
  exchange(bytes: string | Buffer | undefined, digit: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      this.#waiting = (line) => {
        if (line.startsWith(digit)) resolve();
        else reject(new Error(`expected ${digit}xx, got: ${line}`));
      };
      if (bytes !== undefined) this.#socket.write(bytes);
    });
  }

  end(): void {
    this.#fail = undefined;
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    if (!this.#text.endsWith('\n')) return;
    const lines = this.#text.trimEnd().split('\n');
    const last = lines.at(-1) ?? '';
    if (!/^\d{3} /.test(last)) return;
    this.#text = '';
    this.#waiting?.(last);
  }
}

function messageOf(sizeBytes: number): Buffer {
  const head =
    'From: a@sender.test\r\nTo: user@bench.test\r\nSubject: a message of the benchmark\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <bench@sender.test>\r\n\r\n';
  const line = 'abcdefghij klmnopqrst uvwxyzabcd efghijklmn opqrstuvwx yz01234567 89\r\n';
  const body = line.repeat(Math.ceil(Math.max(0, sizeBytes - head.length) / line.length));
  return Buffer.from(`${head}${body}.\r\n`);
}

async function greet({ port, letter }: LoadOrder): Promise<Client> {
  const client = new Client(port, letter?.clientAddress);
  await client.exchange(undefined, '2');
  await client.exchange('EHLO load.sender.test\r\n', '2');
  return client;
}

async function leave(client: Client): Promise<void> {
  await client.exchange('QUIT\r\n', '2');
  client.end();
}

async function send(order: LoadOrder): Promise<LoadReport> {
  const message = order.letter ? readFileSync(order.letter.file) : messageOf(order.sizeBytes);
  const sender = order.letter?.sender ?? 'a@sender.test';
  const latencies: number[] = [];
  let next = 0;
  const transaction = async (client: Client, number: number) => {
    await client.exchange(`MAIL FROM:<${sender}>\r\n`, '2');
    const box = String(number % BOXES).padStart(2, '0');
    await client.exchange(`RCPT TO:<u${box}@${order.domain}>\r\n`, '2');
    await client.exchange('DATA\r\n', '3');
    await client.exchange(message, '2');
  };
  const stay = async () => {
    let client = order.reuse ? await greet(order) : undefined;
    while (next < order.messages) {
      const number = next++;
      const started = performance.now();
      client ??= await greet(order);
      await transaction(client, number);
      latencies.push(performance.now() - started);
      if (order.reuse) continue;
      await leave(client);
      client = undefined;
    }
    if (client) await leave(client);
  };
  const startedAtMs = Date.now();
  const cpuBefore = process.cpuUsage();
  await Promise.all(Array.from({ length: order.connections }, stay));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    startedAtMs,
    seconds: (Date.now() - startedAtMs) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/** Says yes to everything, as fast as can be. */
function takeAnything(socket: Socket): void {
  let isData = false;
  let tail = '';
  socket.setEncoding('latin1').on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    tail = `${tail}${chunk}`.slice(-FINAL_DOT.length);
    if (isData && tail !== FINAL_DOT) return;
    isData = !isData && chunk.startsWith('DATA');
    socket.write(isData ? '354 go on\r\n' : '250 ok\r\n');
  });
  socket.write('220 warm\r\n');
}

async function warmUp(order: LoadOrder): Promise<void> {
  const server = createServer({ noDelay: true }, takeAnything).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { letter: _, ...rest } = order;
  await send({ ...rest, port, messages: Math.min(WARM_UP_MESSAGES, order.messages) });
  server.close();
}

if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
  await warmUp(order);
  console.log(JSON.stringify(await send(order)));
}
