// The keys on the disk: dkim/AUTHOR/SELECTOR.pem is a secret key, SELECTOR.json beside it says what it is for. The folder
// bears the name of the domain whose authors it signs for. The JSON is written last and removed first: a key without it is
// none. Synchronous: files of a kilobyte, when an administrator acts or something changed.

import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '#base/result.ts';
import { oneOf, shape, textOf, wholeNumber } from '#base/shape.ts';
import { messageOf } from '#base/thrown.ts';
import { KEY_STATUSES, type KeyStatus } from '#mail/ports/signing-key-admin.ts';
import { syncDirectoryNow, writeAtomically } from '#platform/files/atomic-write.ts';
import { errnoOf, isMissing } from '#platform/files/errno.ts';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '#protocols/dkim/algorithm.ts';
import { type KeyMaterial, readSecretKey } from './key-material.ts';

export interface KeyDescription {
  readonly domain: string;
  readonly algorithm: SigningAlgorithm;
  readonly status: KeyStatus;
  readonly sinceMs: number;
  readonly createdMs: number;
}

export interface StoredKey extends KeyDescription {
  readonly author: string;
  readonly selector: string;
  /** The error says why it cannot sign. */
  readonly material: Result<KeyMaterial, string>;
}

const isDescription = shape({
  domain: textOf(253),
  algorithm: oneOf(...SIGNING_ALGORITHMS),
  status: oneOf(...KEY_STATUSES),
  sinceMs: wholeNumber,
  createdMs: wholeNumber,
});

export class KeyFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  authors(): string[] {
    return namesIn(this.#folder).sort();
  }

  /** Another number where files came or went; `undefined` where there are none. */
  changedMs(author: string): number | undefined {
    return statSync(join(this.#folder, author), { throwIfNoEntry: false })?.mtimeMs;
  }

  read(author: string): StoredKey[] {
    const suffix = '.json';
    return namesIn(join(this.#folder, author))
      .filter((name) => name.endsWith(suffix))
      .map((name) => this.#readOne(author, name.slice(0, -suffix.length)))
      .sort(byAge);
  }

  /** On stable storage when it returns. */
  add(author: string, selector: string, description: KeyDescription, secretKey: string): void {
    const folder = join(this.#folder, author);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    syncDirectoryNow(this.#folder);
    writeAtomically(join(folder, `${selector}.pem`), secretKey);
    this.describe(author, selector, description);
  }

  describe(author: string, selector: string, description: KeyDescription): void {
    const { domain, algorithm, status, sinceMs, createdMs } = description;
    const text = JSON.stringify({ domain, algorithm, status, sinceMs, createdMs }, undefined, 2);
    writeAtomically(join(this.#folder, author, `${selector}.json`), `${text}\n`);
  }

  remove(author: string, selector: string): void {
    const folder = join(this.#folder, author);
    rmSync(join(folder, `${selector}.json`), { force: true });
    syncDirectoryNow(folder);
    rmSync(join(folder, `${selector}.pem`), { force: true });
    try {
      rmdirSync(folder);
    } catch (cause) {
      if (errnoOf(cause) !== 'ENOTEMPTY') throw cause;
    }
  }

  #readOne(author: string, selector: string): StoredKey {
    const description = readDescription(join(this.#folder, author, `${selector}.json`));
    if (!description.ok) return { ...UNKNOWN, domain: author, author, selector, material: description };
    const { domain, algorithm, status, sinceMs, createdMs } = description.value;
    const material = readMaterial(join(this.#folder, author, `${selector}.pem`), algorithm);
    return { author, selector, domain, algorithm, status, sinceMs, createdMs, material };
  }
}

/** Of keys made together RSA comes first: its signature is the one that everybody understands. */
function byAge(one: StoredKey, other: StoredKey): number {
  return one.createdMs - other.createdMs || other.algorithm.localeCompare(one.algorithm);
}

/** What cannot be read might be in use: its mail must not leave without anybody noticing. */
const UNKNOWN = { algorithm: 'rsa-sha256', status: 'active', sinceMs: 0, createdMs: 0 } as const;

function readDescription(path: string): Result<KeyDescription, string> {
  try {
    const description: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isDescription(description) ? ok(description) : err(`${path} does not describe a key`);
  } catch (cause) {
    return err(`${path}: ${messageOf(cause)}`);
  }
}

function readMaterial(path: string, algorithm: SigningAlgorithm): Result<KeyMaterial, string> {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (cause) {
    return err(`${path}: ${messageOf(cause)}`);
  }
  const material = readSecretKey(pem);
  if (!material.ok) return err(`${path}: ${material.error}`);
  return material.value.algorithm === algorithm ? material : err(`${path}: it is no key for ${algorithm}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}
