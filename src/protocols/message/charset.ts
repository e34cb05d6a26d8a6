// Octets in a named charset → text. Node's TextDecoder knows the charsets of the WHATWG Encoding Standard: all that
// mail uses but UTF-7 and some EBCDICs, which come out with replacement characters.

import { isAscii, isUtf8 } from 'node:buffer';

const REPLACEMENT = '\ufffd';

/** Names of charsets that the WHATWG standard spells otherwise. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['utf8mb4', 'utf-8'],
  ['windows-31j', 'shift_jis'],
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['ks_c_5601', 'euc-kr'],
]);

/** Never throws. Octets with the eighth bit in an unknown charset become replacement characters. */
export function decodeCharset(octets: Buffer, charset: string): string {
  const decoder = openCharsetDecoder(charset);
  return decoder.push(octets) + decoder.end();
}

export interface CharsetDecoder {
  push(octets: Buffer): string;
  end(): string;
}

/** For text that comes in pieces; characters may be cut anywhere. */
export function openCharsetDecoder(charset: string): CharsetDecoder {
  const name = charset.trim().toLowerCase();
  if (name === '' || name === 'us-ascii' || name === 'ascii') return lenientAsciiDecoder();
  const decoder = findTextDecoder(OTHER_NAMES.get(name) ?? name);
  if (decoder === undefined) return unknownCharsetDecoder();
  return {
    push: (octets) => decoder.decode(octets, { stream: true }),
    end: () => decoder.decode(),
  };
}

type Decoder = InstanceType<typeof TextDecoder>;

function findTextDecoder(name: string): Decoder | undefined {
  try {
    return new TextDecoder(name);
  } catch {
    // The only way to ask whether a label is known: it is not.
    return undefined;
  }
}

/** Text that claims to be ASCII and is not: its first character beyond tells whether it is UTF-8 or Windows-1252. */
function lenientAsciiDecoder(): CharsetDecoder {
  let decoder: Decoder | undefined;
  /** The begun character, until it can be judged. */
  let begun: Buffer = Buffer.alloc(0);
  return {
    push(octets) {
      if (decoder !== undefined) return decoder.decode(octets, { stream: true });
      const input = begun.length === 0 ? octets : Buffer.concat([begun, octets]);
      if (isAscii(input)) return input.toString('latin1');
      const high = input.findIndex((octet) => octet >= 0x80);
      const length = utf8Length(input[high] ?? 0);
      const character = input.subarray(high, high + length);
      if (character.length < length) {
        begun = Buffer.from(character);
        return input.toString('latin1', 0, high);
      }
      decoder = new TextDecoder(length > 1 && isUtf8(character) ? 'utf-8' : 'windows-1252');
      return decoder.decode(input, { stream: true });
    },
    end: () => (decoder ?? new TextDecoder('windows-1252')).decode(decoder === undefined ? begun : undefined),
  };
}

/** By the first octet of a character; 1 where none begins so. RFC 3629 §3. */
function utf8Length(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc2 ? 2 : 1;
}

function unknownCharsetDecoder(): CharsetDecoder {
  return {
    push: (octets) => octets.toString('latin1').replace(/[\x80-\xff]/g, REPLACEMENT),
    end: () => '',
  };
}
