// One passwd-file an account, in its home: `/var/mail/vhosts/%d/%n/passwd`, and `shadow` beside it. Read at each question: there
// are as many as there are accounts. A name never leaves its folder: what is not harmless in it is percent-encoded, as homes are.

import { readdir } from 'node:fs/promises';
import { WorldError } from '#base/world-error.ts';
import type { Fields } from '#mail/directory-sources/account-fields.ts';
import { expandTemplate, type TemplatePart } from '#mail/directory-sources/variables.ts';
import { parseAddress } from '#platform/directory/addresses.ts';
import { isMissing } from '#platform/files/errno.ts';
import { encodeLevel } from '#platform/maildir/account-home.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { Backend, ListedAnswer, LoginAnswer } from './backend.ts';
import { type Guard, readGuarded } from './guarded-file.ts';
import type { PasswdOptions } from './passwd-file-backend.ts';
import { addressOf, readPasswdLines } from './passwd-lines.ts';
import { rewritePassword } from './password-rewrite.ts';

/** In place of a name, to find the folder that the homes lie in. */
const NOBODY = 'nobody';

type HomeOptions = Omit<PasswdOptions, 'domains'>;

export class HomeFilesBackend implements Backend {
  readonly #options: HomeOptions;

  constructor(options: HomeOptions) {
    this.#options = options;
  }

  async findLogin(address: AddrSpec): Promise<LoginAnswer | undefined> {
    const fields = await this.findUser(address);
    if (fields === undefined) return undefined;
    const { shadowPath } = this.#options;
    if (shadowPath === undefined) return { fields };
    const shadow = await this.#readLine(shadowPath, address, this.#guard('secret'));
    const others = [...fields].filter(([name]) => name !== 'password');
    const password = shadow?.get('password');
    return { fields: new Map(password === undefined ? others : [...others, ['password', password]]) };
  }

  async findUser(address: AddrSpec): Promise<Fields | undefined> {
    if (address.localPart === '') return undefined;
    const { path, shadowPath } = this.#options;
    return await this.#readLine(path, address, this.#guard(shadowPath === undefined ? 'secret' : 'public'));
  }

  async *list(domains: readonly string[]): AsyncGenerator<ListedAnswer> {
    for (const domain of domains) {
      for (const name of await this.#namesIn(domain)) {
        const parsed = parseAddress(formatAddrSpec({ localPart: name, domain }));
        const answer = parsed.ok ? await this.#listOne(parsed.value) : undefined;
        if (answer !== undefined) yield answer;
      }
    }
  }

  async setPasswordHash(address: AddrSpec, hash: string): Promise<boolean> {
    if ((await this.findUser(address)) === undefined) return false;
    const { path, shadowPath } = this.#options;
    const own = formatAddrSpec(address);
    return await rewritePassword({
      path: pathOf(shadowPath ?? path, address),
      guard: this.#guard('secret'),
      hash,
      isOwn: (user) => addressOf(user, address.domain) === own,
      ...(shadowPath !== undefined && { newUser: own }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing stays open between two questions.
  }

  /** The account's own line: what else stands in the file is nobody's. */
  async #readLine(template: readonly TemplatePart[], address: AddrSpec, guard: Guard): Promise<Fields | undefined> {
    const path = pathOf(template, address);
    const text = await readGuarded(path, guard);
    if (text === undefined) return undefined;
    const { accounts } = await readPasswdLines(text, { path, domain: address.domain, warn: this.#options.warn });
    const fields = accounts.get(formatAddrSpec(address));
    if (fields === undefined) this.#options.warn(`${path} has no line of ${formatAddrSpec(address)}`);
    return fields;
  }

  async #listOne(address: AddrSpec): Promise<ListedAnswer | undefined> {
    try {
      const answer = await this.findLogin(address);
      return answer && { address, fields: answer.fields, problem: undefined };
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      return { address, fields: new Map(), problem: error.message };
    }
  }

  /** The folders beside which an account's would lie; what no account's folder is called is passed over. */
  async #namesIn(domain: string): Promise<string[]> {
    const own = pathOf(this.#options.path, { localPart: NOBODY, domain }).split('/');
    const level = own.lastIndexOf(NOBODY);
    // A file named for the account, and not a folder.
    if (level === -1) return [];
    const folder = own.slice(0, level).join('/');
    try {
      const names = (await readdir(folder)).sort();
      return names.flatMap((name) => decodeLevel(name) ?? []);
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw new WorldError(`list ${folder}`, { transient: true, cause });
    }
  }

  #guard(content: 'secret' | 'public'): Guard {
    return { ownUid: this.#options.ownUid, isSecret: content === 'secret' };
  }
}

function pathOf(template: readonly TemplatePart[], address: AddrSpec): string {
  return expandTemplate(template, address, encodeLevel);
}

/** Back from a folder's name, where it is one that would be made. */
function decodeLevel(name: string): string | undefined {
  try {
    const text = decodeURIComponent(name);
    return encodeLevel(text) === name ? text : undefined;
  } catch {
    return undefined;
  }
}
