// A certificate and its key in files of the administrator's, which others renew: certbot through its symbolic links, an
// editor, a copy by hand. What is half written, mismatched or gone never takes the place of what was good.

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { err, ok, type Result } from '#base/result.ts';
import type { CertificateFailure } from '#mail/ports/certificate-admin.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { type CheckedPair, checkPair } from './checked-pair.ts';

export interface PairPlace {
  readonly certificateFile: string;
  /** May be the same: key and chain in one file, as Postfix's `smtpd_tls_chain_files`. */
  readonly secretKeyFile: string;
}

/** By path: what files say that only root can read, as the supervisor handed it over. */
export type Secrets = ReadonlyMap<string, string>;

export type Look = 'same' | 'renewed' | 'broken';

export class PairFiles {
  readonly place: PairPlace;
  /** The last good one. */
  pair: CheckedPair | undefined;
  failure: CertificateFailure | undefined;
  #stamp = '';

  constructor(place: PairPlace) {
    this.place = place;
  }

  /** Reads what has changed since the last look, and again what was broken then. */
  look(secrets: Secrets, nowMs: number): Look {
    const { certificateFile, secretKeyFile } = this.place;
    const stamp = [certificateFile, secretKeyFile].map((path) => stampOf(path, secrets)).join(' ');
    if (stamp === this.#stamp && this.failure === undefined) return 'same';
    const read = this.#read(secrets, nowMs);
    if (!read.ok) {
      const failures = (this.failure?.failures ?? 0) + 1;
      this.failure = { atMs: nowMs, text: read.error, failures };
      return 'broken';
    }
    this.#stamp = stamp;
    const isSame = read.value.certificate === this.pair?.certificate && this.failure === undefined;
    this.pair = read.value;
    this.failure = undefined;
    return isSame ? 'same' : 'renewed';
  }

  #read(secrets: Secrets, nowMs: number): Result<CheckedPair, string> {
    const { certificateFile, secretKeyFile } = this.place;
    const certificate = readText(certificateFile, secrets);
    if (!certificate.ok) return certificate;
    const secretKey = readText(secretKeyFile, secrets);
    if (!secretKey.ok) return secretKey;
    const checked = checkPair(certificate.value, secretKey.value);
    if (!checked.ok) return err(`${certificateFile}: ${checked.error}`);
    const { untilMs } = checked.value.facts;
    const isWorse = untilMs <= nowMs && (this.pair?.facts.untilMs ?? 0) > nowMs;
    return isWorse ? err(`${certificateFile}: it has expired, and the one before it has not`) : checked;
  }
}

function readText(path: string, secrets: Secrets): Result<string, string> {
  const handedOver = secrets.get(path);
  if (handedOver !== undefined) return ok(handedOver);
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Follows symbolic links, for it is where they lead that changes. */
function stampOf(path: string, secrets: Secrets): string {
  const handedOver = secrets.get(path);
  if (handedOver !== undefined) return createHash('sha256').update(handedOver).digest('hex');
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch (cause) {
    return errnoOf(cause) ?? 'unknown';
  }
}
