// The addresses that reports come to: `dmarc@valija.test`, or `dmarc@` for all domains.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export class ReportRecipients {
  readonly #addresses: ReadonlySet<string>;

  constructor(addresses: readonly string[]) {
    this.#addresses = new Set(addresses.map((address) => address.toLowerCase()));
  }

  has({ localPart, domain }: AddrSpec): boolean {
    const user = `${localPart.toLowerCase()}@`;
    return this.#addresses.has(user) || this.#addresses.has(user + domain);
  }
}
