// Base64 as mail bears it: octets outside the alphabet are passed over, padding ends a run and another may follow.
// RFC 2045 §6.8.

const EMPTY = Buffer.alloc(0);

export function decodeBase64(octets: Buffer): Buffer {
  return new Base64Decoder().push(octets);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 64;
const NOTHING = 65;
const VALUES = new Uint8Array(256).fill(NOTHING);
for (const [value, character] of Array.from(ALPHABET).entries()) VALUES[character.charCodeAt(0)] = value;
VALUES['='.charCodeAt(0)] = PAD;

export class Base64Decoder {
  /** Bits not yet given out: fewer than eight between two characters. */
  #bits = 0;
  #bitCount = 0;

  push(octets: Buffer): Buffer {
    const decoded = Buffer.allocUnsafe(Math.ceil((octets.length * 3) / 4) + 1);
    let length = 0;
    for (let i = 0; i < octets.length; i++) {
      const value = VALUES[octets[i] ?? 0] ?? NOTHING;
      if (value === NOTHING) continue;
      if (value === PAD) {
        // Padding ends a run; bodies glued together go on behind it.
        this.#bits = 0;
        this.#bitCount = 0;
        continue;
      }
      this.#bits = ((this.#bits << 6) | value) & 0x3fff;
      this.#bitCount += 6;
      if (this.#bitCount >= 8) {
        this.#bitCount -= 8;
        decoded[length++] = (this.#bits >> this.#bitCount) & 0xff;
      }
    }
    return decoded.subarray(0, length);
  }

  end(): Buffer {
    return EMPTY;
  }
}

/** Lines of 76 characters, each ended by CRLF. */
export function encodeBase64Lines(octets: Buffer): string {
  return octets.toString('base64').replace(/.{1,76}/g, '$&\r\n');
}
