// An IMAP client for stories about bytes: sends what it is told, and hears what comes.

import type { Conversation } from './client-stream.ts';
import type { RunningServer } from './running-server.ts';
import type { Credentials } from './smtp-talk.ts';
import { connectSocket } from './socket-client.ts';

const DEADLINE_MS = 60_000;

export interface ImapTalk extends Disposable {
  readonly stream: Conversation;
  /** Everything up to and with the tagged response. */
  say(command: string): Promise<string>;
  /** APPEND to INBOX; the tagged response. */
  append(message: Buffer): Promise<string>;
  /** The octets of the only literal in the answer. */
  fetchLiteral(command: string): Promise<Buffer>;
}

/** Under TLS, greeted, and logged in where a login is given. */
export async function openImap(server: Pick<RunningServer, 'ports'>, login?: Credentials): Promise<ImapTalk> {
  const stream = await connectSocket({ port: server.ports.imaps, implicitTls: true });
  await stream.readLine(DEADLINE_MS);
  let count = 0;

  async function untilTagged(tag: string): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = await stream.readLine(DEADLINE_MS);
      if (line === undefined) throw new Error(`the server closed after ${JSON.stringify(lines)}`);
      lines.push(line);
      if (line.startsWith(`${tag} `)) return lines.join('\n');
    }
  }
  const next = () => `a${++count}`;
  const talk: ImapTalk = {
    stream,
    say(command) {
      const tag = next();
      stream.send(`${tag} ${command}\r\n`);
      return untilTagged(tag);
    },
    async append(message) {
      const tag = next();
      stream.send(`${tag} APPEND INBOX {${message.length}}\r\n`);
      const go = await stream.readLine(DEADLINE_MS);
      if (!go?.startsWith('+')) return go ?? 'closed';
      stream.send(message);
      stream.send('\r\n');
      return (await untilTagged(tag)).split('\n').at(-1) ?? '';
    },
    async fetchLiteral(command) {
      const tag = next();
      stream.send(`${tag} ${command}\r\n`);
      const announced = /\{(\d+)\}$/.exec((await stream.readLine(DEADLINE_MS)) ?? '')?.[1];
      const pieces: Buffer[] = [];
      for (let left = Number(announced); left > 0; ) {
        const piece = await stream.readExactly(Math.min(left, 65_536), DEADLINE_MS);
        pieces.push(piece);
        left -= piece.length;
      }
      await untilTagged(tag);
      return Buffer.concat(pieces);
    },
    [Symbol.dispose]: () => stream.close(),
  };
  if (login !== undefined) {
    const answer = await talk.say(`LOGIN "${login.address}" "${login.password}"`);
    if (!/^a1 OK/m.test(answer)) throw new Error(answer);
  }
  return talk;
}
