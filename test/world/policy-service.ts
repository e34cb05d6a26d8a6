// A policy service that a test makes up: it hears questions and answers as it is told, or misbehaves.

import { createServer, type Socket } from 'node:net';

export interface GivenPolicyService extends AsyncDisposable {
  /** `inet:127.0.0.1:PORT` */
  readonly name: string;
  readonly port: number;
  /** Each question's attributes. */
  readonly questions: ReadonlyMap<string, string>[];
  /** Connections since the start, and open ones. */
  readonly connections: { total: number; open: number };
}

/** What is written back: an action, or octets as they are; `undefined` says nothing. */
export type PolicyAnswer = string | { readonly raw: string } | { readonly close: true } | undefined;

export async function givenPolicyService(
  answer: (question: ReadonlyMap<string, string>, socket: Socket) => PolicyAnswer,
  port = 0,
): Promise<GivenPolicyService> {
  const questions: ReadonlyMap<string, string>[] = [];
  const connections = { total: 0, open: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections.total += 1;
    connections.open += 1;
    sockets.add(socket);
    let heard = '';
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connections.open -= 1;
      sockets.delete(socket);
    });
    socket.on('data', (octets: Buffer) => {
      heard += octets.toString();
      for (let end = heard.indexOf('\n\n'); end !== -1; end = heard.indexOf('\n\n')) {
        const question = readAttributes(heard.slice(0, end));
        heard = heard.slice(end + 2);
        questions.push(question);
        const said = answer(question, socket);
        if (typeof said === 'string') socket.write(`action=${said}\n\n`);
        else if (said !== undefined && 'raw' in said) socket.write(said.raw);
        else if (said !== undefined) socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    name: `inet:127.0.0.1:${bound}`,
    port: bound,
    questions,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1)] as const;
    }),
  );
}
