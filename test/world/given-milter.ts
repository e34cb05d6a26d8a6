// A milter that a test makes up: it hears what it is told and answers as the test says, or misbehaves.

import { createServer, type Socket } from 'node:net';

export interface HeardPacket {
  readonly letter: string;
  readonly data: Buffer;
}

/** Packets to write, octets as they are, an end of the connection; `undefined` says nothing. */
export type MilterSaid = readonly SaidPacket[] | { readonly raw: Buffer } | 'close' | undefined;
export type SaidPacket = readonly [letter: string, ...parts: (string | Buffer)[]];

export interface MilterScript {
  readonly version?: number;
  readonly actions?: number;
  /** Steps that it does not want, or does not answer. */
  readonly steps?: number;
  /** Bodies are counted and thrown away. */
  readonly forgetsBodies?: true;
  /** What it says to each packet but to macros, ABORT and QUIT; by default it has nothing against anything. */
  readonly answer?: (heard: HeardPacket, socket: Socket) => MilterSaid;
}

export interface GivenMilter extends AsyncDisposable {
  /** `inet:127.0.0.1:PORT`, `unix:/PATH` */
  readonly name: string;
  /** All packets, as text: `M <ana@example.org>|SIZE=3`. */
  readonly heard: string[];
  readonly connections: { total: number; open: number };
  /** The body of each message, as it came. */
  readonly bodies: Buffer[];
}

export const CONTINUE: MilterSaid = [['c']];

/** `path`: on a Unix socket. */
export async function givenMilter(script: MilterScript = {}, path?: string): Promise<GivenMilter> {
  const heard: string[] = [];
  const bodies: Buffer[] = [];
  const connections = { total: 0, open: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections.total += 1;
    connections.open += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
    let unread = Buffer.alloc(0);
    let body: Buffer[] = [];
    socket.on('data', (octets: Buffer) => {
      unread = Buffer.concat([unread, octets]);
      while (unread.length >= 4 && unread.length >= 4 + unread.readUInt32BE()) {
        const end = 4 + unread.readUInt32BE();
        const packet = { letter: unread.toString('latin1', 4, 5), data: Buffer.from(unread.subarray(5, end)) };
        unread = unread.subarray(end);
        heard.push(describe(packet));
        if (packet.letter === 'B' && script.forgetsBodies !== true) body.push(packet.data);
        if (packet.letter === 'E') {
          bodies.push(Buffer.concat(body));
          body = [];
        }
        say(socket, answerTo(packet, script, socket));
      }
    });
  });
  await new Promise<void>((resolve) => {
    if (path === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(path, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    name: path === undefined ? `inet:127.0.0.1:${bound}` : `unix:${path}`,
    ...{ heard, bodies, connections },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function number(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

export function packet([letter, ...parts]: SaidPacket): Buffer {
  const data = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  return Buffer.concat([number(data.length + 1), Buffer.from(letter), data]);
}

function answerTo(heard: HeardPacket, script: MilterScript, socket: Socket): MilterSaid {
  const { version = 6, actions = 0x1ff, steps = 0, answer } = script;
  if ('DAQK'.includes(heard.letter)) return undefined;
  const said = answer?.(heard, socket);
  if (heard.letter === 'O' && said === undefined) return [['O', number(version), number(actions), number(steps)]];
  if (heard.letter === 'L' && (steps & 0x80) !== 0) return undefined;
  if (heard.letter === 'B' && (steps & (1 << 19)) !== 0) return undefined;
  return answer === undefined ? CONTINUE : said;
}

function say(socket: Socket, said: MilterSaid): void {
  if (said === 'close') socket.destroy();
  else if (said !== undefined && 'raw' in said) socket.write(said.raw);
  else if (said !== undefined) for (const each of said) socket.write(packet(each));
}

function describe({ letter, data }: HeardPacket): string {
  if (letter === 'B') return `B ${data.length}`;
  if (letter === 'O') return `O ${[0, 4, 8].map((at) => data.readUInt32BE(at).toString(16)).join(' ')}`;
  const text = data.toString('latin1').replace(/\0$/, '').replaceAll('\0', '|');
  return letter === 'C' ? `C ${text.replace(/\|([46])[\s\S]{2}/, '|$1:')}` : `${letter} ${text}`.trimEnd();
}
