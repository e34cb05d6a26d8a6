// Passwd-files for many accounts: one, or one a domain (`/etc/valija/%d.passwd`), with the passwords in it or in a shadow
// file beside it. Each is read again when it has changed.

import { unreachable } from '#base/unreachable.ts';
import type { Fields } from '#mail/directory-sources/account-fields.ts';
import { expandTemplate, hasVariable, type TemplatePart } from '#mail/directory-sources/variables.ts';
import { parseAddress } from '#platform/directory/addresses.ts';
import { encodeLevel } from '#platform/maildir/account-home.ts';
import { inTurns } from '#platform/tables/in-turns.ts';
import { stampText } from '#platform/tables/table-file.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { Backend, ListedAnswer, LoginAnswer } from './backend.ts';
import { readGuarded } from './guarded-file.ts';
import { addressOf, type PasswdLines, readPasswdLines } from './passwd-lines.ts';
import { rewritePassword } from './password-rewrite.ts';

export interface PasswdPaths {
  readonly path: readonly TemplatePart[];
  /** Where the passwords are, if not in the first. */
  readonly shadowPath: readonly TemplatePart[] | undefined;
}

export interface PasswdOptions extends PasswdPaths {
  readonly domains: readonly string[];
  readonly ownUid: number;
  readonly warn: (text: string) => void;
}

type Which = 'passwd' | 'shadow';

interface Loaded {
  readonly stamp: string;
  readonly lines: Promise<PasswdLines | undefined>;
}

export class PasswdFileBackend implements Backend {
  readonly #options: PasswdOptions;
  /** By path. */
  readonly #loaded = new Map<string, Loaded>();

  constructor(options: PasswdOptions) {
    this.#options = options;
  }

  async findLogin(address: AddrSpec): Promise<LoginAnswer | undefined> {
    const fields = await this.findUser(address);
    return fields && { fields: this.#withPassword(fields, await this.#readShadow(address)) };
  }

  async findUser(address: AddrSpec): Promise<Fields | undefined> {
    const lines = await this.#read('passwd', address);
    return lines?.byAddress.get(`${address.localPart}@${address.domain}`);
  }

  async *list(domains: readonly string[]): AsyncGenerator<ListedAnswer> {
    // One file may be of many domains: it is gone through once.
    const files = Map.groupBy(domains, (domain) => this.#pathOf('passwd', { localPart: '', domain }));
    for (const together of files.values()) yield* this.#listFile(together);
  }

  async setPasswordHash(address: AddrSpec, hash: string): Promise<boolean> {
    const own = (await this.findUser(address))?.get('user')?.[0];
    if (own === undefined) return false;
    const which = this.#options.shadowPath === undefined ? 'passwd' : 'shadow';
    const domain = this.#domainOf(which, address);
    return await rewritePassword({
      path: this.#pathOf(which, address),
      guard: this.#guard(which),
      hash,
      isOwn: (user) => addressOf(user, domain) === own,
      ...(which === 'shadow' && { newUser: own }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#loaded.clear();
  }

  async *#listFile(domains: readonly string[]): AsyncGenerator<ListedAnswer> {
    const shadows = new Map<string, PasswdLines | undefined>();
    for (const domain of domains) shadows.set(domain, await this.#readShadow({ localPart: '', domain }));
    const [domain = ''] = domains;
    const lines = await this.#read('passwd', { localPart: '', domain });
    for await (const [text, fields] of inTurns(lines?.accounts ?? [])) {
      if (!shadows.has(domainOf(text))) continue;
      const address = parseAddress(text);
      if (!address.ok) continue;
      const shadow = shadows.get(address.value.domain);
      yield { address: address.value, fields: this.#withPassword(fields, shadow), problem: undefined };
    }
  }

  /** Where there is a shadow file, what stands in the other one is no password. */
  #withPassword(fields: Fields, shadow: PasswdLines | undefined): Fields {
    if (this.#options.shadowPath === undefined) return fields;
    const password = shadow?.accounts.get(fields.get('user')?.[0] ?? '')?.get('password');
    const others = [...fields].filter(([name]) => name !== 'password');
    return new Map(password === undefined ? others : [...others, ['password', password]]);
  }

  async #readShadow(address: AddrSpec): Promise<PasswdLines | undefined> {
    return this.#options.shadowPath === undefined ? undefined : await this.#read('shadow', address);
  }

  #read(which: Which, address: AddrSpec): Promise<PasswdLines | undefined> {
    const path = this.#pathOf(which, address);
    const stamp = stampText([path]);
    const known = this.#loaded.get(path);
    if (known?.stamp === stamp) return known.lines;
    const lines = this.#load(which, address, path);
    this.#loaded.set(path, { stamp, lines });
    // What failed is tried again at the next question: an owner may change without the stamp's noticing.
    lines.catch(() => {
      if (this.#loaded.get(path)?.lines === lines) this.#loaded.delete(path);
    });
    return lines;
  }

  async #load(which: Which, address: AddrSpec, path: string): Promise<PasswdLines | undefined> {
    const text = await readGuarded(path, this.#guard(which));
    if (text === undefined) return undefined;
    return await readPasswdLines(text, { path, domain: this.#domainOf(which, address), warn: this.#options.warn });
  }

  #guard(which: Which) {
    return { ownUid: this.#options.ownUid, isSecret: which === 'shadow' || this.#options.shadowPath === undefined };
  }

  #pathOf(which: Which, address: AddrSpec): string {
    return expandTemplate(this.#template(which), address, encodeLevel);
  }

  /** Of names that have none in the file. */
  #domainOf(which: Which, { domain }: AddrSpec): string | undefined {
    if (hasVariable(this.#template(which), 'domain') || hasVariable(this.#template(which), 'user')) return domain;
    return this.#options.domains.length === 1 ? this.#options.domains[0] : undefined;
  }

  #template(which: Which): readonly TemplatePart[] {
    const { path, shadowPath = path } = this.#options;
    switch (which) {
      case 'passwd':
        return path;
      case 'shadow':
        return shadowPath;
      default:
        return unreachable(which);
    }
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
