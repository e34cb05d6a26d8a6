// The first words of a TLS client, read before the handshake begins: whom it names, and which protocols it speaks. RFC 8446
// §4.1.2, RFC 6066 §3, RFC 7301 §3.1. OpenSSL tells of the protocols only when the certificate has been chosen.

export interface ClientHello {
  readonly serverName: string | undefined;
  readonly protocols: readonly string[];
}

/** `incomplete`: more is to come. `other`: it is no hello of a TLS client. */
export type HelloReading = ClientHello | 'incomplete' | 'other';

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER_OCTETS = 5;
const MESSAGE_HEADER_OCTETS = 4;
/** With the headers of its records, of which those of a real one are few. */
const LONGEST_HELLO_OCTETS = 65_536;
const SERVER_NAME = 0;
const ALPN = 16;
const HOST_NAME = 0;

class CutOff extends Error {}

/** Reads a vector at a time, and never past the end. */
class Cursor {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#octets.length;
  }

  number(width: number): number {
    return this.take(width).readUIntBE(0, width);
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#octets.length) throw new CutOff();
    this.#at += length;
    return this.#octets.subarray(this.#at - length, this.#at);
  }

  /** As long as the number before it says. */
  vector(width: number): Buffer {
    return this.take(this.number(width));
  }
}

export function readClientHello(octets: Buffer): HelloReading {
  const message = joinRecords(octets);
  if (message === 'incomplete' && octets.length > LONGEST_HELLO_OCTETS) return 'other';
  if (typeof message === 'string') return message;
  try {
    return parseHello(new Cursor(message));
  } catch (error) {
    if (error instanceof CutOff) return 'other';
    throw error;
  }
}

/** The handshake message, which may be in several records. */
function joinRecords(octets: Buffer): Buffer | 'incomplete' | 'other' {
  const pieces: Buffer[] = [];
  let total = 0;
  let header: Buffer = Buffer.alloc(0);
  for (let at = 0; ; ) {
    if (octets.length > at && octets[at] !== HANDSHAKE_RECORD) return 'other';
    if (octets.length < at + RECORD_HEADER_OCTETS) return 'incomplete';
    const end = at + RECORD_HEADER_OCTETS + octets.readUInt16BE(at + 3);
    const piece = octets.subarray(at + RECORD_HEADER_OCTETS, end);
    pieces.push(piece);
    total += piece.length;
    if (header.length < MESSAGE_HEADER_OCTETS)
      header = Buffer.concat([header, piece]).subarray(0, MESSAGE_HEADER_OCTETS);
    if (header[0] !== undefined && header[0] !== CLIENT_HELLO) return 'other';
    const isWhole = header.length === MESSAGE_HEADER_OCTETS;
    const length = isWhole ? MESSAGE_HEADER_OCTETS + header.readUIntBE(1, 3) : Number.POSITIVE_INFINITY;
    if (isWhole && length > LONGEST_HELLO_OCTETS) return 'other';
    if (total >= length) return Buffer.concat(pieces).subarray(MESSAGE_HEADER_OCTETS, length);
    if (octets.length < end) return 'incomplete';
    at = end;
  }
}

// ClientHello = version random session_id cipher_suites compression_methods [extensions]
function parseHello(hello: Cursor): ClientHello {
  hello.take(2 + 32);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  const extensions = hello.isAtEnd ? undefined : new Cursor(hello.vector(2));
  let serverName: string | undefined;
  let protocols: string[] = [];
  while (extensions !== undefined && !extensions.isAtEnd) {
    const type = extensions.number(2);
    const data = new Cursor(extensions.vector(2));
    if (type === SERVER_NAME) serverName = readServerName(new Cursor(data.vector(2)));
    else if (type === ALPN) protocols = readProtocols(new Cursor(data.vector(2)));
  }
  return { serverName, protocols };
}

function readServerName(names: Cursor): string | undefined {
  while (!names.isAtEnd) {
    const type = names.number(1);
    const name = names.vector(2).toString('latin1');
    if (type === HOST_NAME) return name;
  }
  return undefined;
}

function readProtocols(list: Cursor): string[] {
  const protocols: string[] = [];
  while (!list.isAtEnd) protocols.push(list.vector(1).toString('latin1'));
  return protocols;
}
