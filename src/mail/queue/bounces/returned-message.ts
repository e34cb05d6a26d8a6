// What of the message goes back to its sender: all of a failed one that is small enough, else the header. RFC 3461 §4.3,
// §6.2: RET speaks of failures only; other notifications bear the header.

import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import type { ReturnedMessage } from '#protocols/message/report/report-message.ts';
import type { ReportInput } from './report-input.ts';

/** Of a longer header, as much of it as is whole lines. Postfix's header_size_limit. */
const LONGEST_HEADER_BYTES = 102_400;

/** `undefined` where the message is lost. Throws WorldError when it cannot be read now. */
export async function readReturnedMessage({
  message,
  content,
  kind,
  settings,
}: ReportInput): Promise<ReturnedMessage | undefined> {
  if (content === undefined) return undefined;
  const { prefix, dsn, body, tlsWish } = message;
  // What is BINARYMIME could leave by BDAT only, and few servers of senders know it.
  const isSmall = prefix.length + content.sizeBytes <= settings.bounceSizeLimit && body !== 'BINARYMIME';
  // RFC 8689 §5: as if RET=HDRS had been said.
  const isWhole = isSmall && kind === 'failed' && dsn.ret !== 'HDRS' && tlsWish !== 'required';
  const readBytes = isWhole ? content.sizeBytes : Math.min(content.sizeBytes, LONGEST_HEADER_BYTES);
  const octets = Buffer.concat([prefix, await content.read(0, readBytes)]);
  const adjective = kind === 'failed' || kind === 'delayed' ? 'Undelivered ' : '';
  if (isWhole) return { kind: 'message', octets, description: `${adjective}Message` };
  return { kind: 'header', octets: headerOf(octets), description: `${adjective}Message Headers` };
}

/** Up to the empty line, or a line that is no field; what was cut in the middle of a line loses that line. */
function headerOf(octets: Buffer): Buffer {
  const wholeLines = octets.subarray(0, octets.lastIndexOf(0x0a) + 1);
  const { fields } = parseHeaderFields(wholeLines);
  const stray = fields.find(({ name }) => name === '');
  const end = stray?.range.start ?? fields.at(-1)?.range.end ?? 0;
  return wholeLines.subarray(0, end);
}
