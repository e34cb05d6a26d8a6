// TLS towards other servers: whom we trust, and sessions that can be resumed. Whether a certificate is good enough is the
// caller's to decide (`mail/delivery/certificate-judgement.ts`): here nothing is refused. RFC 8996 §2: TLS 1.2 is the least.

import type { Socket } from 'node:net';
import {
  connect,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { ClientTlsOptions, ServerIdentity } from '#mail/ports/dialer.ts';

/** Sessions of so many servers are kept: Postfix's `smtp_tls_session_cache_database`, in memory. */
const MOST_SESSIONS = 1_000;

type Identity = Omit<ServerIdentity, 'tls'>;

/** What one connection has: the identity is that of the server which gave the ticket, and of no other. */
interface Session {
  ticket: Buffer | undefined;
  identity: Identity | undefined;
  /** Of the session that it wants to take up again, in which no certificate is shown. */
  readonly resumed: Identity | undefined;
}

export class ClientTls {
  readonly #context: SecureContext;
  readonly #sessions = new Map<string, Session>();
  readonly #ofConnections = new WeakMap<TLSSocket, Session>();

  /** `authorities`: PEM certificates besides those that Node brings along: Postfix's `smtp_tls_CAfile`. */
  constructor(authorities: readonly string[] = []) {
    this.#context = createSecureContext({ minVersion: 'TLSv1.2', ca: [...rootCertificates, ...authorities] });
  }

  wrap(clear: Socket, { serverName, sessionKey }: ClientTlsOptions): TLSSocket {
    const kept = sessionKey === undefined ? undefined : this.#sessions.get(sessionKey);
    const resumable = kept?.identity === undefined ? undefined : kept;
    const secure = connect({
      socket: clear,
      secureContext: this.#context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(resumable?.ticket === undefined ? {} : { session: resumable.ticket }),
    });
    if (sessionKey === undefined) return secure;
    const session: Session = { ticket: undefined, identity: undefined, resumed: resumable?.identity };
    this.#ofConnections.set(secure, session);
    secure.on('session', (ticket: Buffer) => {
      session.ticket = ticket;
      this.#keep(sessionKey, session);
    });
    return secure;
  }

  /** After the handshake. */
  identify(secure: TLSSocket): Identity {
    const session = this.#ofConnections.get(secure);
    const resumed = secure.isSessionReused() ? session?.resumed : undefined;
    const identity = resumed ?? readIdentity(secure);
    if (session !== undefined) session.identity = identity;
    return identity;
  }

  /** Those that gave no ticket for longest go first. */
  #keep(key: string, session: Session): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST_SESSIONS) break;
      this.#sessions.delete(oldest);
    }
  }
}

function readIdentity(secure: TLSSocket): Identity {
  const certificate: Partial<PeerCertificate> = secure.getPeerCertificate();
  const distrust = secure.authorized ? undefined : String(secure.authorizationError ?? 'no certificate');
  return { distrust, names: certificateNames(certificate), chain: readChain(secure) };
}

/** A server may send any number of them; no real chain has as many. */
const LONGEST_CHAIN = 10;

function readChain(secure: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  let certificate = secure.getPeerX509Certificate();
  while (certificate !== undefined && chain.length < LONGEST_CHAIN) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

const NAME = /^[*A-Za-z0-9._-]+$/;

/** RFC 9525 §6.3: the common name counts only for certificates of the old kind, without alternative names. */
function certificateNames({ subjectaltname = '', subject }: Partial<PeerCertificate>): string[] {
  const alternatives = subjectaltname.split(', ').filter((entry) => entry.startsWith('DNS:'));
  const commonName = subject?.CN;
  const names = alternatives.length > 0 ? alternatives.map((entry) => entry.slice('DNS:'.length)) : [commonName].flat();
  return names.flatMap((name) => (name !== undefined && NAME.test(name) ? name : []));
}
