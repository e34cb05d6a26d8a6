// Connections that we open to other servers. That one cannot be opened, or that TLS does not come about, is a value in
// words that a person reads; what breaks later is thrown as a WorldError, as on any connection.

import type { Result } from '#base/result.ts';
import type { Connection, TlsFacts } from './connection.ts';

export type DialTarget =
  | { readonly kind: 'inet'; readonly address: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface DialRequest {
  readonly target: DialTarget;
  /** The address of ours that it comes from; `undefined` lets the system choose. */
  readonly bindAddress: string | undefined;
  readonly timeoutMs: number;
  /** How long the peer may take to make room for one write. */
  readonly writeTimeoutMs: number;
}

export interface ClientTlsOptions {
  /** Asked for by SNI. RFC 6066 §3. */
  readonly serverName: string | undefined;
  /** Handshakes with one key may resume one another's sessions; `undefined`: a full handshake each time. */
  readonly sessionKey: string | undefined;
  readonly timeoutMs: number;
}

/** TLS is on; who the server is has been looked at and not judged. */
export interface ServerIdentity {
  readonly tls: TlsFacts;
  /** `undefined`: an authority that we trust stands for the certificate. Else why not. */
  readonly distrust: string | undefined;
  /** The DNS names of the certificate; its common name where it has none. */
  readonly names: readonly string[];
  /** In DER: the server's own certificate, then those that it showed or that are known above it, each the issuer of the one before. */
  readonly chain: readonly Buffer[];
}

export interface OutgoingConnection extends Pick<Connection, 'tls' | 'read' | 'write' | 'close' | 'destroy'> {
  /** False once the peer has closed it, or said something that nobody has read. */
  readonly isQuiet: boolean;
  /** Ours. */
  readonly localAddress: string;
  /** Starts TLS as the client; what came in clear and was not read is thrown away. */
  startTls(options: ClientTlsOptions): Promise<Result<ServerIdentity, string>>;
}

export interface Dialer {
  /** The error is what the system says of it: `Connection refused`. */
  dial(request: DialRequest): Promise<Result<OutgoingConnection, string>>;
}
