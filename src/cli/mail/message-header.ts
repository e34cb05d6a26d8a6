// A message's header as it goes to a screen, a pipe or another mailbox: fields left out, and `Status:` as it is now. A message
// stands here in an mbox's form, its From_ line first and with LF line ends.

import type { FieldFilter } from './field-filter.ts';

export interface HeaderForm {
  /** `undefined`: all fields. */
  readonly filter: FieldFilter | undefined;
  /** `R`, `O`, `RO` or ``. */
  readonly status: string;
}

export const LONGEST_HEADER_BYTES = 1024 * 1024;
const LF = 10;

/** Up to the empty line, which belongs to it; all of `octets` where there is none. */
export function headerEnd(octets: Buffer): number {
  if (octets[0] === LF) return 1;
  const at = octets.indexOf('\n\n');
  return at < 0 ? octets.length : at + 2;
}

/** `header` ends with its empty line. The first `Status:` has the new value, others go; without one it comes last. */
export function formatHeader(header: Buffer, { filter, status }: HeaderForm): Buffer {
  const statusLine = status === '' || filter?.hides('status') === true ? '' : `Status: ${status}\n`;
  const fields: Buffer[] = [];
  let isStatusWritten = false;
  const writeStatus = () => {
    if (!isStatusWritten) fields.push(Buffer.from(statusLine));
    isStatusWritten = true;
  };
  for (const field of splitFields(header)) {
    const name = fieldName(field);
    if (name === undefined) {
      // The empty line, or a line that is no field and begins the body.
      writeStatus();
      fields.push(field);
    } else if (name === 'status') writeStatus();
    else if (filter?.hides(name) !== true) fields.push(field);
  }
  writeStatus();
  return Buffer.concat(fields);
}

/** Fields with the lines that continue them. */
export function* splitFields(header: Buffer): Generator<Buffer> {
  for (let start = 0; start < header.length; ) {
    let end = lineEnd(header, start);
    while (end - start > 1 && (header[end] === 0x20 || header[end] === 0x09)) end = lineEnd(header, end);
    yield header.subarray(start, end);
    start = end;
  }
}

/** In lower case. */
function fieldName(field: Buffer): string | undefined {
  const [, name] = /^([!-9;-~]{1,200})[ \t]*:/.exec(field.toString('latin1', 0, 256)) ?? [];
  return name?.toLowerCase();
}

function lineEnd(octets: Buffer, start: number): number {
  const lf = octets.indexOf(LF, start);
  return lf < 0 ? octets.length : lf + 1;
}
