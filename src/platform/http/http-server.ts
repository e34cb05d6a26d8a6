// HTTP/1.1 for connections that have arrived: node:http reads and writes it, a function answers. RFC 9112. Nothing listens here:
// who may come in, limits of clients, TLS and PROXY headers are the listeners' affair, as with every other protocol.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Connection } from '#mail/ports/connection.ts';
import { type ConnectionLimits, ConnectionStream } from './connection-stream.ts';

/** What one client may take of us. */
export interface HttpLimits extends ConnectionLimits {
  /** The request line and all fields, together. */
  readonly headBytes: number;
  readonly headFields: number;
}

export interface HttpVisitor {
  readonly connectionId: string;
  readonly clientAddress: string;
  readonly isEncrypted: boolean;
}

export interface HttpServerSettings {
  /** For clients that name none: HTTP/1.0, as load balancers speak it. */
  readonly hostname: string;
  readonly limits: HttpLimits;
  /** What it throws is a bug, and becomes a 500. */
  answer(request: Request, visitor: HttpVisitor): Response | Promise<Response>;
  reportBug(error: unknown): void;
}

export interface HttpServer {
  /** Resolves when the connection is closed; never rejects. */
  serve(connection: Connection): Promise<void>;
}

export function createHttpServer({ hostname, limits, answer, reportBug }: HttpServerSettings): HttpServer {
  const listener = getRequestListener(
    async (request, { incoming }) => {
      try {
        return await answer(request, visitorOf(streamOf(incoming).connection));
      } catch (error) {
        reportBug(error);
        return new Response(null, { status: 500 });
      }
    },
    { hostname, overrideGlobalObjects: false },
  );
  // Times are kept by the stream: node:http keeps them only for what it listens to itself.
  const times = { headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: limits.idleTimeoutMs };
  const server = createServer({ ...times, maxHeaderSize: limits.headBytes }, (incoming, outgoing) => {
    follow(incoming, outgoing);
    listener(incoming, outgoing).catch(reportBug);
  });
  server.maxHeadersCount = limits.headFields;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  return {
    async serve(connection) {
      const stream = new ConnectionStream(connection, limits);
      const closed = once(stream, 'close');
      server.emit('connection', stream);
      await closed;
      if (stream.bug !== undefined) reportBug(stream.bug);
    },
  };
}

function follow(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const stream = streamOf(incoming);
  stream.requestBegun(incoming);
  outgoing.once('close', () => stream.answerWritten());
}

/** Every socket of this server is one of ours. */
function streamOf({ socket }: { readonly socket: object }): ConnectionStream {
  return socket as ConnectionStream;
}

function visitorOf({ facts: { connectionId, clientAddress }, tls }: Connection): HttpVisitor {
  return { connectionId, clientAddress, isEncrypted: tls !== undefined };
}
