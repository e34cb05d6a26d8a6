// Questions that are longer than a line of the control socket: they come in pieces, under a name that the command chose, and
// are taken by the method that they are for. What is not taken makes room for what comes.

import { err, ok, type Result } from '#base/result.ts';
import type { ControlFault } from '#mail/ports/control-method.ts';

export interface UploadLimits {
  /** At once; beyond it the oldest is forgotten. */
  readonly uploads: number;
  /** Of one. */
  readonly octets: number;
}

/** Twice the largest message that is taken by default, as base64 in base64. */
const DEFAULT_UPLOAD_LIMITS: UploadLimits = { uploads: 4, octets: 192 * 1024 * 1024 };

interface Upload {
  readonly pieces: Buffer[];
  octets: number;
}

export class Uploads {
  readonly #limits: UploadLimits;
  readonly #uploads = new Map<string, Upload>();

  constructor(limits: UploadLimits = DEFAULT_UPLOAD_LIMITS) {
    this.#limits = limits;
  }

  add(name: string, piece: Buffer): Result<{ readonly octets: number }, ControlFault> {
    const upload = this.#uploads.get(name) ?? this.#begin(name);
    if (upload.octets + piece.length > this.#limits.octets) {
      this.#uploads.delete(name);
      return err({ code: 'bad-request', message: `an upload has at most ${this.#limits.octets} octets` });
    }
    upload.pieces.push(piece);
    upload.octets += piece.length;
    return ok({ octets: upload.octets });
  }

  /** The JSON that was sent; each is taken once. */
  take(name: string): Result<unknown, ControlFault> {
    const upload = this.#uploads.get(name);
    this.#uploads.delete(name);
    if (upload === undefined) return err({ code: 'bad-request', message: `there is no upload ${name}` });
    try {
      return ok(JSON.parse(Buffer.concat(upload.pieces).toString()));
    } catch {
      return err({ code: 'bad-request', message: 'what was uploaded is not JSON' });
    }
  }

  #begin(name: string): Upload {
    const [oldest] = this.#uploads.keys();
    if (this.#uploads.size >= this.#limits.uploads && oldest !== undefined) this.#uploads.delete(oldest);
    const upload: Upload = { pieces: [], octets: 0 };
    this.#uploads.set(name, upload);
    return upload;
  }
}

/** An answer as pieces of its JSON, each short enough for a line of the control socket. */
export function inPieces(value: unknown): readonly string[] {
  const text = Buffer.from(JSON.stringify(value)).toString('base64');
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += PIECE_CHARS) pieces.push(text.slice(at, at + PIECE_CHARS));
  return pieces;
}

const PIECE_CHARS = 48 * 1024;
