// Accounts that a Dovecot beside us has: its auth socket tries passwords (PLAIN, under the `secured` flag), its userdb socket says
// who is there. Its hashes stay with it. Where mail lies is ours to say: `home`, `uid` and the like are passed over.

import { WorldError } from '#base/world-error.ts';
import type { Fields } from '#mail/directory-sources/account-fields.ts';
import { expandTemplate, type TemplatePart } from '#mail/directory-sources/variables.ts';
import type { Backend, ListedAnswer, LoginAnswer } from '#platform/directory-sources/backend.ts';
import { formatAuthRequest } from '#protocols/dovecot-auth/client-line.ts';
import { parseAuthReply } from '#protocols/dovecot-auth/server-line.ts';
import { formatUserRequest, parseUserReply } from '#protocols/dovecot-auth/user-lookup.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { isIdentity, isPassword } from '#protocols/sasl/identity.ts';
import { formatPlainMessage } from '#protocols/sasl/plain.ts';
import type { DovecotLink } from './dovecot-link.ts';

export interface DovecotBackendOptions {
  readonly name: string;
  readonly auth: DovecotLink;
  /** Without one, whoever has a password is there, and nobody else is known. */
  readonly userdb: DovecotLink | undefined;
  /** What Dovecot calls the owner of an address. */
  readonly username: readonly TemplatePart[];
}

/** What a setting of Dovecot's for one service would hold for: logins are submission's, look-ups are deliveries. */
const AUTH_SERVICE = 'smtp';
const USER_SERVICE = 'lmtp';

/** What means the same here as there. */
const SHARED_FIELDS = ['name', 'quota_rule', 'quota_storage_size', 'nologin', 'allow_nets'];

const NO_FIELDS: Fields = new Map();

export class DovecotBackend implements Backend {
  readonly #options: DovecotBackendOptions;

  constructor(options: DovecotBackendOptions) {
    this.#options = options;
  }

  async findLogin(address: AddrSpec): Promise<LoginAnswer | undefined> {
    const bindName = this.#nameOf(address);
    if (this.#options.userdb === undefined) return { fields: NO_FIELDS, bindName };
    const fields = await this.findUser(address);
    return fields && { fields, bindName };
  }

  async findUser(address: AddrSpec): Promise<Fields | undefined> {
    const name = this.#nameOf(address);
    const { userdb } = this.#options;
    if (userdb === undefined || !isIdentity(name)) return undefined;
    const reply = parseUserReply(await userdb.ask((id) => formatUserRequest(id, name, USER_SERVICE)));
    if (reply?.kind === 'not-found') return undefined;
    if (reply?.kind !== 'found') throw this.#failure(`Dovecot cannot look up ${name} now`);
    const { fields } = reply;
    const shared = SHARED_FIELDS.flatMap((field): [string, string[]][] => {
      const value = fields.get(field);
      return value === undefined ? [] : [[field, [value]]];
    });
    return new Map([['user', [reply.name]], ...shared]);
  }

  async bind(name: string, secret: string): Promise<boolean> {
    if (!isIdentity(name) || !isPassword(secret)) return false;
    const initialResponse = formatPlainMessage({ authzid: '', authcid: name, password: secret });
    const question = { mechanism: 'PLAIN', service: AUTH_SERVICE, initialResponse };
    const reply = parseAuthReply(await this.#options.auth.ask((id) => formatAuthRequest({ id, ...question })));
    if (reply?.kind === 'ok') return isNamed(reply.user, name);
    if (reply?.kind !== 'fail' || reply.code === 'temp_fail') throw this.#failure('Dovecot cannot try a password now');
    return false;
  }

  /** Dovecot names its users to `doveadm` alone. */
  async *list(): AsyncGenerator<ListedAnswer> {
    // Nobody.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.auth[Symbol.dispose]();
    this.#options.userdb?.[Symbol.dispose]();
  }

  #nameOf(address: AddrSpec): string {
    return expandTemplate(this.#options.username, address);
  }

  #failure(detail: string): WorldError {
    return new WorldError(`directory ${this.#options.name}`, { transient: true, cause: new Error(detail) });
  }
}

/** The password was that of another: of a master user («someone*master»), who would be let in as somebody else. */
function isNamed(user: string, asked: string): boolean {
  const [said, wanted] = [user.toLowerCase(), asked.toLowerCase()];
  return said === wanted || said === wanted.slice(0, Math.max(0, wanted.lastIndexOf('@')));
}
