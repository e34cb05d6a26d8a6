// Whether two spaces stand side by side anywhere in a text: four octets at a time, without asking where. One word in six of a
// letter is a space, and a search that stops at each of them takes twice as long.

const SPACES = 0x20202020;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;
const WORD = Int32Array.BYTES_PER_ELEMENT;
const TWO_SPACES = Buffer.from('  ');

/** May take `" !"` for two spaces. For processors that store the lowest octet of a word first, as all do that we run on. */
export function hasTwoSpaces(text: Buffer): boolean {
  const start = -text.byteOffset & (WORD - 1);
  const count = Math.floor((text.length - start) / WORD);
  if (count < 2) return text.includes(TWO_SPACES);
  const end = start + (count - 1) * WORD;
  return (
    hasPair(new Int32Array(text.buffer, text.byteOffset + start, count)) ||
    text.subarray(0, start + 1).includes(TWO_SPACES) ||
    text.subarray(end).includes(TWO_SPACES)
  );
}

/** In `pairs` an octet is 0 where it was a space, and the one behind it, too; subtracting 1 makes its highest bit 1. */
function hasPair(words: Int32Array): boolean {
  let found = 0;
  let word = (words[0] as number) ^ SPACES;
  for (let at = 1; at < words.length; at++) {
    const next = (words[at] as number) ^ SPACES;
    const pairs = word | (word >>> 8) | (next << 24);
    found |= (pairs - ONES) & ~pairs;
    word = next;
  }
  return (found & HIGH_BITS) !== 0;
}
