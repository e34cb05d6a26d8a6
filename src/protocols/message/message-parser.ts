// The structure of a message, from its octets in pieces of any size: no body is held, only the header being read and the
// beginning of one unfinished line. Lines end in LF, with or without CR; the line end before a boundary belongs to the
// boundary. What goes beyond a limit becomes part of one leaf. RFC 2045, RFC 2046 §5.1, §5.2.1.

import { BoundaryStack } from './boundary-stack.ts';
import { type ContentType, DEFAULT_CONTENT_TYPE } from './content-type.ts';
import type { BodyPart, Envelope, MessageDescription } from './envelope.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { parseHeaderFields } from './header-fields.ts';
import { MAX_BOUNDARY_BYTES, MESSAGE_LIMITS, type MessageLimits } from './limits.ts';
import { finishPart, type OpenPart } from './open-part.ts';
import { findParameter } from './parameters.ts';
import { type PartFields, readEnvelope, readPartFields } from './part-fields.ts';

/** A header whose empty line has not come yet. */
interface PendingHeader {
  readonly start: number;
  /** What the part is that does not say so: in a digest a message (RFC 2046 §5.1.5). */
  readonly defaultType: ContentType;
  /** The header of a message, not only of a part. */
  readonly ofMessage: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
/** `--`, a boundary, `--`: what of a line's beginning is looked at. */
const LINE_HEAD_BYTES = MAX_BOUNDARY_BYTES + 4;
const EMPTY = Buffer.alloc(0);
const MESSAGE_TYPE: ContentType = { type: 'message', subtype: 'rfc822', parameters: [] };
/** What is too deep, or one too many, to be taken apart. */
const OPAQUE_TYPE: ContentType = { type: 'application', subtype: 'octet-stream', parameters: [] };

export class MessageParser {
  readonly #limits: MessageLimits;
  readonly #boundaries = new BoundaryStack();
  /** From the message itself down to the part whose body is being read. */
  readonly #open: OpenPart[] = [];
  #header: PendingHeader | undefined;
  readonly #headerOctets = new GrowingBuffer();
  #allHeadersBytes = 0;
  #partCount = 0;
  #truncated = false;
  #envelope: Envelope | undefined;
  #structure: BodyPart | undefined;

  /** Octets of the message before the piece at hand. */
  #offset = 0;
  #lineStart = 0;
  /** The beginning of the line at hand, as far as it came with earlier pieces. */
  #lineHead: Buffer = EMPTY;
  #lastOctet = 0;
  /** Octets of the line ending before `#lineStart`. */
  #previousEnding = 0;
  /** Line feeds before `#lineStart`. */
  #lines = 0;
  #bareLineFeeds = 0;

  constructor(limits: MessageLimits = MESSAGE_LIMITS) {
    this.#limits = limits;
    this.#beginHeader(0, DEFAULT_CONTENT_TYPE, true);
  }

  /** The piece may be used again afterwards. */
  push(piece: Buffer): void {
    let from = 0;
    for (let lf = piece.indexOf(LF); lf !== -1; lf = piece.indexOf(LF, from)) {
      const before = lf > 0 ? piece[lf - 1] : this.#lastOctet;
      const hasCr = before === CR && this.#offset + lf > this.#lineStart;
      if (!hasCr) this.#bareLineFeeds++;
      const ending = hasCr ? 2 : 1;
      const lineEnd = this.#offset + lf + 1;
      if (this.#isPlainLine(piece[from])) this.#nextLine(lineEnd, ending);
      else this.#endLine(piece.subarray(from, lf + 1), lineEnd, ending);
      from = lf + 1;
    }
    if (from < piece.length) this.#keepFragment(piece.subarray(from));
    this.#lastOctet = piece[piece.length - 1] ?? this.#lastOctet;
    this.#offset += piece.length;
  }

  /** Once, after the last piece. */
  end(): MessageDescription {
    // A last line may lack its ending, a closing boundary above all.
    if (this.#lineStart < this.#offset) this.#endLine(EMPTY, this.#offset, 0);
    while (this.#header !== undefined) this.#endHeader(this.#offset, this.#lines);
    this.#closeParts(0, this.#offset);
    if (this.#structure === undefined || this.#envelope === undefined) throw new Error('a message without a root');
    return { envelope: this.#envelope, structure: this.#structure, truncated: this.#truncated };
  }

  /** Octets so far. */
  get sizeBytes(): number {
    return this.#offset;
  }

  /** What the size were if each line ended in CRLF: Dovecot's `W=`, and IMAP's size of files with bare LF. */
  get virtualSizeBytes(): number {
    return this.#offset + this.#bareLineFeeds;
  }

  #keepFragment(fragment: Buffer): void {
    if (this.#header !== undefined) this.#keepHeader(fragment);
    if (this.#boundaries.size === 0 || this.#lineHead.length >= LINE_HEAD_BYTES) return;
    this.#lineHead = Buffer.concat([this.#lineHead, fragment.subarray(0, LINE_HEAD_BYTES - this.#lineHead.length)]);
  }

  /** `fragment` is what of the line came with this piece, its ending included. */
  #endLine(fragment: Buffer, lineEnd: number, ending: number): void {
    if (this.#header !== undefined) this.#keepHeader(fragment);
    const contentLength = lineEnd - ending - this.#lineStart;
    if (this.#boundaries.size > 0 && contentLength > 2 && this.#meetBoundary(fragment, contentLength, lineEnd)) {
      // The line is a boundary's.
    } else if (this.#header !== undefined && contentLength === 0) {
      this.#endHeader(lineEnd, this.#lines + 1);
    }
    if (this.#lineHead.length > 0) this.#lineHead = EMPTY;
    this.#nextLine(lineEnd, ending);
  }

  /** Nearly all lines of nearly all mail: of a body, and no boundary. */
  #isPlainLine(firstOctet: number | undefined): boolean {
    if (this.#header !== undefined) return false;
    return this.#boundaries.size === 0 || (this.#lineHead.length === 0 && firstOctet !== DASH);
  }

  #nextLine(lineEnd: number, ending: number): void {
    if (ending > 0) this.#lines++;
    this.#lineStart = lineEnd;
    this.#previousEnding = ending;
  }

  #keepHeader(fragment: Buffer): void {
    const { maxHeaderBytes, maxAllHeadersBytes } = this.#limits;
    const room = Math.min(maxHeaderBytes - this.#headerOctets.length, maxAllHeadersBytes - this.#allHeadersBytes);
    if (fragment.length > room) this.#truncated = true;
    const kept = fragment.subarray(0, Math.max(0, room));
    this.#allHeadersBytes += kept.length;
    this.#headerOctets.append(kept);
  }

  /** True where the line is the boundary of an open multipart, and was acted upon. */
  #meetBoundary(fragment: Buffer, contentLength: number, lineEnd: number): boolean {
    const line = this.#lineHead.length === 0 ? fragment : Buffer.concat([this.#lineHead, fragment]);
    const match = this.#boundaries.find(line.subarray(0, Math.min(contentLength, LINE_HEAD_BYTES)));
    if (match === undefined) return false;
    if (!match.closing && this.#partCount >= this.#limits.maxParts) {
      this.#truncated = true;
      this.#boundaries.truncate(0);
      return false;
    }
    while (this.#header !== undefined) this.#endHeader(this.#lineStart, this.#lines);
    this.#closeParts(match.depth, this.#lineStart - this.#previousEnding);
    this.#boundaries.truncate(match.closing ? match.index : match.index + 1);
    const multipart = this.#open.at(-1);
    if (!match.closing) {
      const isDigest = multipart?.contentType.subtype === 'digest';
      this.#beginHeader(lineEnd, isDigest ? MESSAGE_TYPE : DEFAULT_CONTENT_TYPE, false);
    }
    return true;
  }

  /** Until `depth` parts are open. */
  #closeParts(depth: number, end: number): void {
    const lines = end < this.#lineStart ? this.#lines - 1 : this.#lines;
    while (this.#open.length > depth) {
      const part = this.#open.pop();
      if (part === undefined) return;
      const finished = finishPart(part, { end, lines, linesBeforeBoundary: this.#lines });
      const parent = this.#open.at(-1);
      if (parent === undefined) this.#structure = finished;
      else parent.children.push(finished);
    }
  }

  #beginHeader(start: number, defaultType: ContentType, ofMessage: boolean): void {
    this.#partCount++;
    this.#headerOctets.clear();
    this.#header = { start, defaultType, ofMessage };
  }

  /** The header ends at `end`, before which there are `linesBefore` line feeds. */
  #endHeader(end: number, linesBefore: number): void {
    const pending = this.#header;
    if (pending === undefined) return;
    this.#header = undefined;
    // A boundary where a field should be was kept with the header.
    const block = parseHeaderFields(this.#headerOctets.view().subarray(0, end - pending.start), this.#limits);
    this.#truncated ||= block.truncated;
    const fields = readPartFields(block);
    if (pending.ofMessage) {
      const { envelope, truncated } = readEnvelope(block);
      this.#truncated ||= truncated;
      const parent = this.#open.at(-1);
      if (parent === undefined) this.#envelope = envelope;
      else if (parent.kind === 'message') parent.envelope = envelope;
    }
    this.#openPart(pending, fields, end, linesBefore);
  }

  #openPart(pending: PendingHeader, fields: PartFields, bodyStart: number, linesBefore: number): void {
    const contentType = fields.contentType ?? pending.defaultType;
    const header = { start: pending.start, end: bodyStart };
    const common = { fields, contentType, header, linesBefore, children: [] };
    const isMessage = contentType.type === 'message' && contentType.subtype === 'rfc822';
    if (contentType.type !== 'multipart' && !isMessage) {
      this.#open.push({ ...common, kind: 'leaf' });
    } else if (this.#open.length + 1 >= this.#limits.maxDepth || this.#partCount >= this.#limits.maxParts) {
      this.#truncated = true;
      this.#open.push({ ...common, contentType: OPAQUE_TYPE, kind: 'leaf' });
    } else if (isMessage) {
      this.#open.push({ ...common, kind: 'message', envelope: undefined });
      this.#beginHeader(bodyStart, DEFAULT_CONTENT_TYPE, true);
    } else {
      this.#openMultipart({ ...common, kind: 'multipart' });
    }
  }

  #openMultipart(part: OpenPart): void {
    this.#open.push(part);
    const boundary = Buffer.from((findParameter(part.contentType.parameters, 'boundary') ?? '').trimEnd());
    // Without a boundary no part will be found, and the body is read as text.
    if (boundary.length === 0 || boundary.length > MAX_BOUNDARY_BYTES) return;
    this.#boundaries.push(boundary, this.#open.length);
  }
}
