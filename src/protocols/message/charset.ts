// Octets in a named charset → text. Node's TextDecoder knows the charsets of the WHATWG Encoding Standard: all that
// mail uses but UTF-7 and some EBCDICs, which come out with replacement characters.

import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\ufffd';

/** Names of charsets that the WHATWG standard spells otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  utf8mb4: 'utf-8',
  'windows-31j': 'shift_jis',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  ks_c_5601: 'euc-kr',
};

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
  const decoder = findTextDecoder(OTHER_NAMES[name] ?? name);
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

/** Text that claims to be ASCII and is not: UTF-8 where the octets allow it, else Windows-1252. */
function lenientAsciiDecoder(): CharsetDecoder {
  let decoder: Decoder | undefined;
  return {
    push(octets) {
      if (decoder === undefined) {
        const firstHigh = octets.findIndex((octet) => octet >= 0x80);
        if (firstHigh === -1) return octets.toString('latin1');
        decoder = new TextDecoder(looksLikeUtf8(octets.subarray(firstHigh)) ? 'utf-8' : 'windows-1252');
      }
      return decoder.decode(octets, { stream: true });
    },
    end: () => decoder?.decode() ?? '',
  };
}

/** The end of a piece may cut a character: up to three octets there are not held against it. */
function looksLikeUtf8(octets: Buffer): boolean {
  for (let cut = 0; cut <= 3 && cut < octets.length; cut++) {
    if (isUtf8(octets.subarray(0, octets.length - cut))) return true;
  }
  return false;
}

function unknownCharsetDecoder(): CharsetDecoder {
  return {
    push: (octets) => octets.toString('latin1').replace(/[\x80-\xff]/g, REPLACEMENT),
    end: () => '',
  };
}
