// The frame of the milter protocol, version 2 to 6, as Sendmail's libmilter has it (there is no RFC): a length of four
// octets, a letter, and so many octets less one. What packets say is read elsewhere.
//
//   packet = length letter *OCTET      ; length = 4OCTET, in network order, of what follows it
//   string = *NON-NUL %x00

import { ByteQueue } from '#base/byte-queue.ts';
import { err, ok, type Result } from '#base/result.ts';

export interface Packet {
  readonly letter: string;
  readonly data: Buffer;
}

/** Header fields and pieces of a body have at most 65,535 octets; libmilter may be built to send larger ones. */
export const LARGEST_PACKET_OCTETS = 1_048_576;

const LENGTH_OCTETS = 4;

export class PacketReader {
  readonly #queue = new ByteQueue();

  /** All that came was taken. */
  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  push(octets: Buffer): void {
    this.#queue.push(octets);
  }

  /** `undefined` until one is there. After an error nothing more can be read. */
  next(): Result<Packet | undefined, string> {
    if (this.#queue.length < LENGTH_OCTETS) return ok(undefined);
    const length = this.#queue.peek(LENGTH_OCTETS).readUInt32BE();
    if (length < 1) return err(`bad packet length: ${length}`);
    if (length > LARGEST_PACKET_OCTETS) return err(`unreasonable packet length: ${length}`);
    if (this.#queue.length < LENGTH_OCTETS + length) return ok(undefined);
    const packet = this.#queue.take(LENGTH_OCTETS + length);
    return ok({
      letter: packet.toString('latin1', LENGTH_OCTETS, LENGTH_OCTETS + 1),
      data: packet.subarray(LENGTH_OCTETS + 1),
    });
  }
}

/** Octets stay as they are; a text becomes a string of the protocol. */
export function formatPacket(letter: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const data = parts.map((part) => (typeof part === 'string' ? formatString(part) : part));
  const octets = data.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.alloc(LENGTH_OCTETS + 1, letter, 'latin1');
  head.writeUInt32BE(octets + 1);
  return Buffer.concat([head, ...data], head.length + octets);
}

/** A NUL within it would end it early, and what follows would be read as something else. */
function formatString(text: string): Buffer {
  return Buffer.from(`${text.replaceAll('\0', '?')}\0`);
}

/** Reads the strings and numbers of one packet; each gives `undefined` where there is no such thing. */
export class PacketData {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#data.length;
  }

  takeNumber(): number | undefined {
    if (this.#at + LENGTH_OCTETS > this.#data.length) return undefined;
    this.#at += LENGTH_OCTETS;
    return this.#data.readUInt32BE(this.#at - LENGTH_OCTETS);
  }

  takeString(): Buffer | undefined {
    const end = this.#data.indexOf(0, this.#at);
    if (end === -1) return undefined;
    const string = this.#data.subarray(this.#at, end);
    this.#at = end + 1;
    return string;
  }
}
