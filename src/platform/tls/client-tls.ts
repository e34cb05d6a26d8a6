// TLS towards other servers: whom we trust, and sessions that can be resumed. Whether a certificate is good enough is the
// caller's to decide (`mail/delivery/tls-policy.ts`): here nothing is refused. RFC 8996 §2: TLS 1.2 is the least.

import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { ClientTlsOptions, ServerIdentity } from '#mail/ports/dialer.ts';

/** Sessions of so many servers are kept: Postfix's `smtp_tls_session_cache_database`, in memory. */
const MOST_SESSIONS = 1_000;

export class ClientTls {
  readonly #context: SecureContext;
  readonly #sessions = new Map<string, Buffer>();

  /** `authorities`: PEM certificates besides those that Node brings along: Postfix's `smtp_tls_CAfile`. */
  constructor(authorities: readonly string[] = []) {
    this.#context = createSecureContext({ minVersion: 'TLSv1.2', ca: [...rootCertificates, ...authorities] });
  }

  wrap(clear: Socket, { serverName, sessionKey }: ClientTlsOptions): TLSSocket {
    const session = sessionKey === undefined ? undefined : this.#sessions.get(sessionKey);
    const secure = connect({
      socket: clear,
      secureContext: this.#context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(session === undefined ? {} : { session }),
    });
    if (sessionKey !== undefined) secure.on('session', (ticket: Buffer) => this.#keep(sessionKey, ticket));
    return secure;
  }

  identify(secure: TLSSocket): Omit<ServerIdentity, 'tls'> {
    const certificate = secure.getPeerX509Certificate();
    if (certificate === undefined) return { distrust: 'no certificate', names: [] };
    const distrust = secure.authorized ? undefined : String(secure.authorizationError ?? 'not verified');
    return { distrust, names: certificateNames(certificate) };
  }

  #keep(key: string, ticket: Buffer): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, ticket);
    if (this.#sessions.size <= MOST_SESSIONS) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      break;
    }
  }
}

/** RFC 9525 §6.3: the common name counts only for certificates of the old kind, without alternative names. */
function certificateNames(certificate: X509Certificate): string[] {
  const alternative = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((entry) => /^DNS:([*A-Za-z0-9._-]+)$/.exec(entry)?.[1] ?? []);
  if (certificate.subjectAltName?.includes('DNS:')) return alternative;
  return certificate.subject.split('\n').flatMap((part) => /^CN=([*A-Za-z0-9._-]+)$/.exec(part)?.[1] ?? []);
}
