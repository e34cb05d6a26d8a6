// TLS-ALPN-01: an authority that asks by TLS names the host and speaks `acme-tls/1` only; it is shown the certificate with
// the answer and nothing else. Everybody else is served as always. RFC 8737 §3.

import { TLSSocket } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { SocketConnection } from '#platform/sockets/socket-connection.ts';
import { readClientHello } from '../tls/client-hello.ts';
import type { ChallengeAnswers } from './challenge-answers.ts';

const PROTOCOL = 'acme-tls/1';
const HELLO_TIMEOUT_MS = 10_000;

/**
 * Before TLS begins. True where an authority came, has its answer, and is gone. What else was heard is given back to the
 * connection. Throws WorldError where nothing came.
 */
export async function answerTlsChallenge(connection: SocketConnection, answers: ChallengeAnswers): Promise<boolean> {
  if (!answers.awaitsTls) return false;
  const octets = await hearHello(connection);
  const hello = readClientHello(octets);
  connection.beginAnew(connection.facts, octets);
  if (typeof hello === 'string' || hello.serverName === undefined) return false;
  const secureContext = answers.findContext(hello.serverName);
  if (secureContext === undefined || !hello.protocols.includes(PROTOCOL)) return false;
  await connection.beginTls((clear) => {
    return new TLSSocket(clear, { isServer: true, secureContext, ALPNProtocols: [PROTOCOL] });
  });
  await connection.close();
  return true;
}

async function hearHello(connection: SocketConnection): Promise<Buffer> {
  let octets: Buffer = Buffer.alloc(0);
  while (readClientHello(octets) === 'incomplete') {
    const chunk = await connection.read(HELLO_TIMEOUT_MS);
    if (chunk === undefined) throw new WorldError('TLS: the client said nothing', { transient: true });
    octets = Buffer.concat([octets, chunk]);
  }
  return octets;
}
