// What an administrator does with the keys. See `SigningKeyAdmin`.

import { ok, type Result } from '#base/result.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type {
  CheckedKeyRecord,
  ImportedKey,
  NewKeys,
  SigningKeyAdmin,
  SigningKeyRecord,
} from '#mail/ports/signing-key-admin.ts';
import type { SigningAlgorithm } from '#protocols/dkim/algorithm.ts';
import { keyRecordName } from '#protocols/dkim/key-record.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { KeyFiles, StoredKey } from './key-files.ts';
import { freeSelector, planRotation, statusAt } from './key-life.ts';
import { generateSecretKey, LEAST_RSA_BITS, MOST_RSA_BITS, readSecretKey } from './key-material.ts';
import { findPublication } from './key-publication.ts';
import { refuse } from './refusals.ts';

export interface KeyAdminWorld {
  readonly files: KeyFiles;
  readonly clock: Clock;
  /** How long a retired key stays published: the queue's lifetime and a day. */
  readonly overlapMs: () => number;
  /** For one look: what is not yet there must not be remembered. */
  readonly openDns: () => Resolver & AsyncDisposable;
  /** Something changed: who holds keys reads them anew. */
  readonly onChange: () => void;
}

type Outcome<T> = Result<T, Refusal>;

/** RFC 6376 §3.1: selector = sub-domain *( "." sub-domain ). The underscore is in no RFC but in live records. */
const SELECTOR_LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const LONGEST_SELECTOR = 200;
/** Of a domain without an RSA key from which to take it. */
const USUAL_RSA_BITS = 2048;
const ED25519_SUFFIX = '-ed25519';

export class KeyAdmin implements SigningKeyAdmin {
  readonly #world: KeyAdminWorld;

  constructor(world: KeyAdminWorld) {
    this.#world = world;
  }

  async generate(wanted: NewKeys): Promise<Outcome<readonly SigningKeyRecord[]>> {
    const { selector, algorithms, bits, asNext } = wanted;
    const domain = parseDomainName(wanted.domain);
    if (!domain.ok) return refuse('dkim-domain-malformed', { given: wanted.domain });
    if (selector !== undefined && !isSelector(selector)) return refuse('dkim-selector-malformed', { given: selector });
    if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS || bits % 8 !== 0) {
      return refuse('dkim-bits-unusable', { least: String(LEAST_RSA_BITS), most: String(MOST_RSA_BITS) });
    }
    const made: { readonly algorithm: SigningAlgorithm; readonly secretKey: string }[] = [];
    for (const algorithm of algorithms) made.push({ algorithm, secretKey: await generateSecretKey(algorithm, bits) });
    const records: SigningKeyRecord[] = [];
    for (const { algorithm, secretKey } of made) {
      // One selector names one key: with both algorithms, Ed25519's has a word behind it.
      const suffix = algorithm === 'ed25519-sha256' && (algorithms.length > 1 || selector === undefined);
      const name = this.#nameFor(domain.value, selector, suffix ? ED25519_SUFFIX : '');
      if (!name.ok) return name;
      records.push(this.#add(domain.value, name.value, { domain: domain.value, algorithm, secretKey, asNext }));
    }
    return ok(records);
  }

  async list(author: string | undefined): Promise<readonly SigningKeyRecord[]> {
    const { files } = this.#world;
    const authors = author === undefined ? files.authors() : [folderOf(author)];
    return authors.flatMap((each) => files.read(each).map((key) => this.#record(key)));
  }

  async rotate(author: string, force: boolean): Promise<Outcome<readonly SigningKeyRecord[]>> {
    const { files, onChange } = this.#world;
    const folder = folderOf(author);
    const keys = files.read(folder);
    if (keys.length === 0) return refuse('dkim-no-keys', { domain: author });
    const { activate, retire, make } = planRotation(keys);
    const unpublished = force ? undefined : await this.#findUnpublished(activate);
    if (unpublished !== undefined) return unpublished;
    // First the new ones: there is no moment without a key.
    const changed = [
      ...activate.map((key) => this.#become(key, 'active')),
      ...retire.map((key) => this.#become(key, 'retiring')),
    ];
    onChange();
    if (make.length === 0) return ok(changed);
    const rsa = keys.findLast((key) => key.algorithm === 'rsa-sha256' && key.material.ok);
    const bits = (rsa?.material.ok && rsa.material.value.bits) || USUAL_RSA_BITS;
    const wanted = { domain: folder, selector: undefined, algorithms: make, bits, asNext: true };
    const made = await this.generate(wanted);
    return made.ok ? ok([...changed, ...made.value]) : made;
  }

  async check(author: string): Promise<Outcome<readonly CheckedKeyRecord[]>> {
    const keys = await this.list(author);
    return keys.length === 0 ? refuse('dkim-no-keys', { domain: author }) : ok(await this.#lookUp(keys));
  }

  async importKey({ author, domain, selector, secretKey }: ImportedKey): Promise<Outcome<SigningKeyRecord>> {
    const names = [parseDomainName(author), parseDomainName(domain)] as const;
    if (!names[0].ok) return refuse('dkim-domain-malformed', { given: author });
    if (!names[1].ok) return refuse('dkim-domain-malformed', { given: domain });
    if (!isSelector(selector)) return refuse('dkim-selector-malformed', { given: selector });
    const material = readSecretKey(secretKey);
    if (!material.ok) return refuse('dkim-key-unusable', { reason: material.error });
    const { algorithm, publicKey } = material.value;
    const there = this.#world.files.read(names[0].value).find((key) => isSame(key.selector, selector));
    // Whoever imports once more finds what is there already.
    if (there?.material.ok && there.material.value.publicKey === publicKey) return ok(this.#record(there));
    if (there !== undefined) return refuse('dkim-selector-taken', { domain: author, selector });
    const pem = material.value.secretKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const key = { domain: names[1].value, algorithm, secretKey: pem, asNext: false };
    return ok(this.#add(names[0].value, selector, key));
  }

  async remove(author: string, selector: string, force: boolean): Promise<Outcome<SigningKeyRecord>> {
    const { files, onChange } = this.#world;
    const key = files.read(folderOf(author)).find((each) => each.selector === selector);
    if (key === undefined) return refuse('dkim-key-not-found', { domain: author, selector });
    const record = this.#record(key);
    const { status, revokedFromMs } = record;
    if (status === 'active' && !force) return refuse('dkim-key-active', { domain: author, selector });
    if (status === 'retiring' && !force) {
      const until = new Date(revokedFromMs ?? 0).toISOString().slice(0, 16).replace('T', ' ');
      return refuse('dkim-key-retiring', { domain: author, selector, until: `${until} UTC` });
    }
    files.remove(key.author, selector);
    onChange();
    return ok(record);
  }

  /** All at once, each with its own question. */
  async #lookUp(keys: readonly SigningKeyRecord[]): Promise<CheckedKeyRecord[]> {
    await using dns = this.#world.openDns();
    return await Promise.all(keys.map(async (key) => ({ ...key, publication: await findPublication(key, dns) })));
  }

  /** The refusal for the first of those that nobody could verify. */
  async #findUnpublished(keys: readonly StoredKey[]): Promise<ReturnType<typeof refuse> | undefined> {
    if (keys.length === 0) return undefined;
    const looked = await this.#lookUp(keys.map((key) => this.#record(key)));
    const first = looked.find(({ publication }) => publication !== 'published');
    if (first === undefined || first.publication === 'published') return undefined;
    return refuse(`dkim-record-${first.publication}`, { domain: first.author, name: keyRecordName(first) });
  }

  #add(author: string, selector: string, { domain, algorithm, secretKey, asNext }: NewKey): SigningKeyRecord {
    const { files, clock, onChange } = this.#world;
    const inUse = files.read(author).some((key) => key.algorithm === algorithm && key.status === 'active');
    const nowMs = clock.nowMs();
    const description = { domain, algorithm, createdMs: nowMs, sinceMs: nowMs };
    const status = inUse || asNext ? 'next' : 'active';
    files.add(author, selector, { ...description, status }, secretKey);
    onChange();
    return this.#record({ ...description, status, author, selector, material: readSecretKey(secretKey) });
  }

  #become(key: StoredKey, status: 'active' | 'retiring'): SigningKeyRecord {
    const { files, clock } = this.#world;
    const changed = { ...key, status, sinceMs: clock.nowMs() };
    files.describe(key.author, key.selector, changed);
    return this.#record(changed);
  }

  #nameFor(author: string, selector: string | undefined, suffix: string): Outcome<string> {
    const isTaken = (name: string) => this.#isTaken(author, name);
    if (selector === undefined) return ok(freeSelector(this.#world.clock.nowMs(), suffix, isTaken));
    const name = `${selector}${suffix}`;
    return isTaken(name) ? refuse('dkim-selector-taken', { domain: author, selector: name }) : ok(name);
  }

  #isTaken(author: string, selector: string): boolean {
    return this.#world.files.read(author).some((key) => isSame(key.selector, selector));
  }

  #record(key: StoredKey): SigningKeyRecord {
    const { author, domain, selector, algorithm, createdMs, material } = key;
    const { clock, overlapMs } = this.#world;
    return {
      ...{ author, domain, selector, algorithm, createdMs },
      ...statusAt(key, clock.nowMs(), overlapMs()),
      bits: material.ok ? material.value.bits : undefined,
      publicKey: material.ok ? material.value.publicKey : '',
      fault: material.ok ? undefined : material.error,
    };
  }
}

interface NewKey {
  readonly domain: string;
  readonly algorithm: SigningAlgorithm;
  readonly secretKey: string;
  readonly asNext: boolean;
}

/** A name that is none is nobody's folder. */
function folderOf(author: string): string {
  const domain = parseDomainName(author);
  return domain.ok ? domain.value : 'invalid';
}

/** As the DNS compares names. */
function isSame(selector: string, other: string): boolean {
  return selector.toLowerCase() === other.toLowerCase();
}

function isSelector(text: string): boolean {
  return text.length <= LONGEST_SELECTOR && text.split('.').every((label) => SELECTOR_LABEL.test(label));
}
