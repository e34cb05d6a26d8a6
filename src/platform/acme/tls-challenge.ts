// TLS-ALPN-01: an authority that asks by TLS names the host and speaks `acme-tls/1` only; it is shown the certificate with
// the answer and nothing else. Everybody else is served as always. RFC 8737 §3.

import { TLSSocket } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import type { SocketConnection } from '#platform/sockets/socket-connection.ts';
import { readClientHello } from '../tls/client-hello.ts';
import type { ChallengeAnswers } from './challenge-answers.ts';

const PROTOCOL = 'acme-tls/1';
/** For all of it. */
const HELLO_TIMEOUT_MS = 10_000;

/**
 * Before TLS begins. True where an authority came, has its answer, and is gone. What else was heard is given back to the
 * connection. Throws WorldError where nothing came. `clock`: one that nobody sets.
 */
export async function answerTlsChallenge(
  connection: SocketConnection,
  answers: ChallengeAnswers,
  clock: Clock = steadyClock,
): Promise<boolean> {
  if (!answers.awaitsTls) return false;
  const octets = await hearHello(connection, clock);
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

async function hearHello(connection: SocketConnection, clock: Clock): Promise<Buffer> {
  const endMs = clock.nowMs() + HELLO_TIMEOUT_MS;
  let octets: Buffer = Buffer.alloc(0);
  while (readClientHello(octets) === 'incomplete') {
    const leftMs = endMs - clock.nowMs();
    if (leftMs <= 0) throw new WorldError('TLS: the hello of the client did not end in time', { transient: true });
    const chunk = await connection.read(leftMs);
    if (chunk === undefined) throw new WorldError('TLS: the client said nothing', { transient: true });
    octets = Buffer.concat([octets, chunk]);
  }
  return octets;
}
