// A stream that arrived from outside, and what is known of it. Services read and write it; they never see a socket.

import { WorldError } from '#base/world-error.ts';
import type { ChannelBindingType } from '#protocols/sasl/channel-binding.ts';

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly version: string;
  /** `TLS_AES_256_GCM_SHA384` */
  readonly cipher: string;
  readonly bits: number;
  /** The name the client asked for by SNI. */
  readonly serverName: string | undefined;
}

export interface ConnectionFacts {
  /** Unique in this process's life; for the log and the journey. */
  readonly connectionId: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Once somebody asked for it, and it was proven: the PTR record's name, which leads back to the address. */
  clientName?: string;
  /** The PTR record's name, wherever it leads. */
  reverseClientName?: string;
}

/** As Postfix names a client: `mail.example.org[192.0.2.1]`, `unknown[192.0.2.1]`. */
export function nameAndAddress({ clientName, clientAddress }: ConnectionFacts): string {
  return `${clientName ?? 'unknown'}[${clientAddress}]`;
}

export class ServerStopping extends WorldError {
  constructor() {
    super('waiting for the client', { transient: true, cause: new Error('the server stops') });
    this.name = 'ServerStopping';
  }
}

export type ReadMoment = 'quiet' | 'content';

export interface Connection {
  readonly facts: ConnectionFacts;
  /** Defined once TLS is on; from the first byte on for the implicit-TLS services. */
  readonly tls: TlsFacts | undefined;
  /**
   * The next bytes, or `undefined` when the peer has closed. Throws WorldError on reset or time-out, and ServerStopping
   * at a quiet moment (between commands) once the server was told to stop: then a farewell can be said. Amid content the
   * bytes may be lent only: they are good until the next read.
   */
  read(timeoutMs: number, moment?: ReadMoment): Promise<Buffer | undefined>;
  /** Resolves when the kernel has taken the bytes, or at once while little is waiting: this is the back-pressure. */
  write(bytes: Uint8Array | string): Promise<void>;
  /**
   * Starts TLS as the server. Bytes that came in clear behind the command are thrown away, never read as commands
   * (RFC 3207 §6, CVE-2011-0411). Throws WorldError when the handshake fails.
   */
  startTls(): Promise<TlsFacts>;
  /** What only the two ends of this TLS connection know; `undefined` without TLS, or where it has none of that type. */
  channelBinding(type: ChannelBindingType): Buffer | undefined;
  /** Bytes written are sent first. Safe to call twice. */
  close(): Promise<void>;
  /** Drops the connection now. */
  destroy(): void;
}
