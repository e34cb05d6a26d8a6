// Feeds every case to a reader whole, byte by byte, cut in two at every place, and with trailing data: framing that
// depends on how TCP cut the stream is wrong.

import assert from 'node:assert/strict';

/** Named ways of cutting the input. Above `everyCutBytes` only some cuts in two are taken. */
export function feedings(input: Buffer, everyCutBytes = 512): { name: string; chunks: Buffer[] }[] {
  const ways = [
    { name: 'whole', chunks: [input] },
    { name: 'byte by byte', chunks: Array.from(input, (_, i) => input.subarray(i, i + 1)) },
    { name: 'with empty chunks', chunks: [Buffer.alloc(0), input, Buffer.alloc(0)] },
  ];
  const step = Math.max(1, Math.ceil(input.length / everyCutBytes));
  for (let cut = 1; cut < input.length; cut += step) {
    ways.push({ name: `cut at ${cut}`, chunks: [input.subarray(0, cut), input.subarray(cut)] });
  }
  return ways;
}

/** `read` is given the chunks of one feeding, a fresh reader each time. */
export function assertFedEveryWay<T>(input: Buffer | string, expected: T, read: (chunks: Buffer[]) => T): void {
  for (const { name, chunks } of feedings(Buffer.from(input as Uint8Array))) {
    assert.deepEqual(read(chunks), expected, `fed ${name}`);
  }
}

/** For readers that stop by themselves: they must give back what follows untouched, however it arrives. */
export function assertLeavesTrailing<T>(
  input: Buffer | string,
  expected: T,
  read: (chunks: Buffer[]) => { value: T; rest: Buffer },
  trailing: Buffer = Buffer.from('\r\n. TRAILING \x00\xff\r\n', 'latin1'),
): void {
  const octets = Buffer.from(input as Uint8Array);
  for (const { name, chunks } of feedings(Buffer.concat([octets, trailing]))) {
    const { value, rest } = read(chunks);
    assert.deepEqual(value, expected, `fed ${name}`);
    assert.deepEqual(rest, trailing, `what follows, fed ${name}`);
  }
}
