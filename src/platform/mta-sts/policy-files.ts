// The policies of other domains, one file a domain (`state/mta-sts/example.org.json`), so that they hold over a restart. A
// cache: a file that is lost or cannot be read is a policy that is fetched anew.

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listOf, oneOf, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { StsPolicy } from '#mail/mta-sts/policy.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

export interface KeptPolicy {
  readonly id: string;
  readonly fetchedMs: number;
  readonly policy: StsPolicy;
}

const word = textOf(300);
const isKept = shape({
  id: word,
  fetchedMs: wholeNumber,
  policy: shape({ mode: oneOf('enforce', 'testing', 'none'), maxAgeSeconds: wholeNumber, mx: listOf(word, 1_000) }),
});

const ENDING = '.json';

export class PolicyFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(domain: string): Promise<KeptPolicy | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#path(domain), 'utf8'));
      return isKept(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whole or not at all; a power cut may cost it. */
  async write(domain: string, kept: KeptPolicy): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#path(domain);
    await writeFile(`${path}.new`, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async remove(domain: string): Promise<void> {
    await rm(this.#path(domain), { force: true });
  }

  /** The domains, in no order; what else lies there is not ours. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length))
      .filter(isDomain);
  }

  #path(domain: string): string {
    if (!isDomain(domain)) throw new Error(`${JSON.stringify(domain)} is no name of a domain`);
    return join(this.#folder, `${domain}${ENDING}`);
  }
}

function isDomain(text: string): boolean {
  const name = parseDomainName(text);
  return name.ok && name.value === text;
}
