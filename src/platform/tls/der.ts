// DER, as far as certificates and signatures need it: definite lengths, tags of one octet. ITU-T X.690 §10.

export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  objectId: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface DerElement {
  readonly tag: number;
  readonly contents: Buffer;
  /** With tag and length. */
  readonly whole: Buffer;
}

/** `[n]`, with elements in it. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** What stands one behind the other; `undefined` where it is no DER. */
export function readElements(octets: Buffer): DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < octets.length; ) {
    const element = readElement(octets.subarray(at));
    if (element === undefined) return undefined;
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

function readElement(octets: Buffer): DerElement | undefined {
  const [tag, short] = octets;
  if (tag === undefined || short === undefined || (tag & 0x1f) === 0x1f) return undefined;
  const lengthOctets = short < 0x80 ? 0 : short - 0x80;
  const start = 2 + lengthOctets;
  if (short === 0x80 || lengthOctets > 4 || octets.length < start) return undefined;
  const length = lengthOctets === 0 ? short : octets.readUIntBE(2, lengthOctets);
  if (octets.length < start + length) return undefined;
  return { tag, contents: octets.subarray(start, start + length), whole: octets.subarray(0, start + length) };
}

export function writeElement(tag: number, ...contents: readonly Buffer[]): Buffer<ArrayBuffer> {
  const length = contents.reduce((sum, { length: octets }) => sum + octets, 0);
  return Buffer.concat([Buffer.from([tag]), writeLength(length), ...contents]);
}

function writeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(length);
  const significant = octets.subarray(octets.findIndex((octet) => octet !== 0));
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant]);
}

/** `1.2.840.113549.1.7.2` */
export function writeObjectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    return digits;
  });
  return writeElement(TAG.objectId, Buffer.from(octets));
}

export function writeSmallInteger(value: number): Buffer {
  return writeElement(TAG.integer, Buffer.from([value]));
}
