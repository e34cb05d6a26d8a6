// Servers of others, in memory, for what dials them: each is a script, or a service over its end of a connection.

import assert from 'node:assert/strict';
import { err, ok } from '#base/result.ts';
import { TimedOut, WorldError } from '#base/world-error.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { Dialer, DialRequest, OutgoingConnection, ServerIdentity } from '#mail/ports/dialer.ts';
import { connectionPair, type PairClient, TEST_TLS } from './connection-pair.ts';

export type OtherServer = (connection: Connection) => Promise<void>;

export interface OtherServers extends Dialer {
  readonly dialled: DialRequest[];
  /** What a script did not expect to hear; a test ends by looking at it. */
  readonly surprises: string[];
}

export interface OtherServersOptions {
  /** By `address:port` or path; a text is why it cannot be reached. One connection after the other gets the next. */
  readonly servers: Readonly<Record<string, (OtherServer | string)[]>>;
  readonly identity?: Partial<ServerIdentity>;
}

export function otherServers({ servers, identity }: OtherServersOptions): OtherServers {
  const dialled: DialRequest[] = [];
  const surprises: string[] = [];
  return {
    dialled,
    surprises,
    async dial(request) {
      dialled.push(request);
      const { target } = request;
      const place = target.kind === 'unix' ? target.path : `${target.address}:${target.port}`;
      const queue = servers[place] ?? [];
      const next = queue.length > 1 ? queue.shift() : queue[0];
      if (next === undefined || typeof next === 'string') return err(next ?? 'Connection refused');
      const { server, client } = connectionPair({ windowBytes: 1 << 20 });
      next(server)
        .catch((error: unknown) => surprises.push(error instanceof Error ? error.message : String(error)))
        .finally(() => void server.close());
      return ok(outgoingConnection(client, identity));
    },
  };
}

/** The client's end of a pair, as whoever dialled holds it. */
export function outgoingConnection(client: PairClient, identity: Partial<ServerIdentity> = {}): OutgoingConnection {
  let ended = false;
  let unread: Buffer | undefined;
  return {
    get tls() {
      return client.secure ? TEST_TLS : undefined;
    },
    localAddress: '198.51.100.1',
    get isQuiet() {
      return !ended && !client.serverGone && unread === undefined;
    },
    async read(timeoutMs: number) {
      try {
        const octets = await client.read(timeoutMs);
        ended = octets === undefined;
        return octets;
      } catch {
        throw new TimedOut('read');
      }
    },
    async write(octets: Uint8Array | string) {
      if (client.serverGone) throw new WorldError('write', { transient: true });
      client.send(octets);
    },
    async startTls() {
      try {
        await client.startTls();
        return ok({ tls: TEST_TLS, distrust: undefined, names: ['mx.example.org'], chain: [], ...identity });
      } catch (error) {
        return err(error instanceof Error ? error.message : String(error));
      }
    },
    async close() {
      client.close();
    },
    destroy() {
      client.close();
    },
  };
}

/**
 * A server that says and hears these lines: `S: …` says, `C: …` must be heard, `C...` hears one line, whatever it is,
 * `DATA` hears a content to its dot, `TLS` shakes hands, `CLOSE` closes, `SILENCE` hears everything and says nothing.
 */
export function scriptedServer(script: string, contents: string[] = []): OtherServer {
  const steps = script
    .trim()
    .split('\n')
    .map((line) => line.trim());
  return async (connection) => {
    let heard = '';
    const hear = async (end: string): Promise<string> => {
      for (let at = heard.indexOf(end); ; at = heard.indexOf(end)) {
        if (at !== -1) {
          const text = heard.slice(0, at);
          heard = heard.slice(at + end.length);
          return text;
        }
        const octets = await connection.read(2_000);
        if (octets === undefined) throw new Error(`closed while this was awaited: ${JSON.stringify(end)}`);
        heard += octets.toString('latin1');
      }
    };
    for (const step of steps) {
      if (step.startsWith('S: ')) await connection.write(`${step.slice(3)}\r\n`);
      else if (step.startsWith('C: ')) assert.equal(await hear('\r\n'), step.slice(3));
      else if (step === 'C...') await hear('\r\n');
      else if (step === 'DATA') contents.push(await hear('\r\n.\r\n'));
      else if (step === 'TLS') await connection.startTls();
      else if (step === 'CLOSE') return connection.close();
      else if (step === 'SILENCE') while ((await connection.read(60_000)) !== undefined);
      else if (step !== '') throw new Error(`not a line of a script: ${step}`);
    }
    // What follows is the client's farewell, or nothing.
    while ((await connection.read(60_000)) !== undefined);
  };
}
