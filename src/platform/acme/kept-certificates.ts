// What authorities issued, and what came of the last tries. A certificate and its key are one file, so that no crash leaves
// one without the other: the file is the old pair or the new one.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import type { OrderAttempt } from '#mail/certificates/order-decision.ts';
import type { Log } from '#mail/ports/log.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { isMissing } from '#platform/files/errno.ts';
import { type CheckedPair, checkPair } from '../tls/checked-pair.ts';
import type { IssuedCertificate } from '../tls/server-tls.ts';

const ENDING = '.pem';
/** Names of hosts, as `parseDomainName` gives them. */
const FILE = /^[a-z0-9_.-]+\.pem$/;

export class KeptCertificates {
  readonly #folder: string;
  readonly #log: Log;
  readonly #attemptsFile: string;
  readonly #issued: Map<string, CheckedPair>;
  readonly #attempts: Map<string, OrderAttempt>;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
    this.#attemptsFile = join(folder, 'attempts.json');
    this.#issued = readIssued(folder, log);
    this.#attempts = readAttempts(this.#attemptsFile, log);
  }

  get issued(): readonly IssuedCertificate[] {
    return [...this.#issued].map(([id, pair]) => ({ id, pair }));
  }

  find(id: string): CheckedPair | undefined {
    return this.#issued.get(id);
  }

  findAttempt(id: string): OrderAttempt | undefined {
    return this.#attempts.get(id);
  }

  keep(id: string, pair: CheckedPair): void {
    this.#issued.set(id, pair);
    this.#write(`the certificate of ${id}`, this.#fileOf(id), `${pair.secretKey}${pair.certificate}`);
  }

  /** One that is revoked is nobody's any more, and neither is its key. */
  forget(id: string): void {
    this.#issued.delete(id);
    rmSync(this.#fileOf(id), { force: true });
  }

  /** `undefined`: all went well. */
  note(id: string, attempt: OrderAttempt | undefined): void {
    if (attempt === undefined && !this.#attempts.has(id)) return;
    if (attempt === undefined) this.#attempts.delete(id);
    else this.#attempts.set(id, attempt);
    const text = JSON.stringify(Object.fromEntries(this.#attempts), undefined, 2);
    this.#write(`what came of asking for ${id}`, this.#attemptsFile, `${text}\n`);
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}${ENDING}`);
  }

  /** What the disk does not take is good until the server stops: an authority counts how often it is asked for the same. */
  #write(what: string, file: string, text: string): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeAtomically(file, text);
    } catch (cause) {
      this.#log.write('error', 'tls', `warning: ${what} cannot be kept: ${messageOf(cause)}`);
    }
  }
}

function readIssued(folder: string, log: Log): Map<string, CheckedPair> {
  const issued = new Map<string, CheckedPair>();
  for (const name of namesIn(folder).filter((one) => FILE.test(one))) {
    const file = join(folder, name);
    const checked = readPair(file);
    // What is broken is asked for anew.
    if (checked.ok) issued.set(name.slice(0, -ENDING.length), checked.value);
    else log.write('error', 'tls', `warning: ${file}: ${checked.error}; another one is asked for`);
  }
  return issued;
}

function readPair(file: string): Result<CheckedPair, string> {
  try {
    const text = readFileSync(file, 'utf8');
    return checkPair(text, text);
  } catch (cause) {
    return err(messageOf(cause));
  }
}

function readAttempts(file: string, log: Log): Map<string, OrderAttempt> {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const entries = typeof kept === 'object' && kept !== null ? Object.entries(kept) : [];
    return new Map(entries.filter((entry): entry is [string, OrderAttempt] => isAttempt(entry[1])));
  } catch (cause) {
    if (isMissing(cause)) return new Map();
    log.write('warn', 'tls', `warning: ${file} cannot be read, and is begun anew: ${cause}`);
    return new Map();
  }
}

function isAttempt(value: unknown): value is OrderAttempt {
  const { names, atMs, nextMs, failures, text } = Object(value) as Readonly<Record<string, unknown>>;
  const areNames = Array.isArray(names) && names.every((name) => typeof name === 'string');
  return areNames && [atMs, nextMs, failures].every(Number.isFinite) && typeof text === 'string';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}
