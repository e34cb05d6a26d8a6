// Which certificate answers to which name: the first that was entered for it; a name itself goes before a wildcard.
// RFC 6066 §3: a name that nobody knows is no reason to refuse, the default certificate is shown.

import { wildcardOf } from './host-name.ts';

export class NameTable<Value> {
  readonly #byName = new Map<string, Value>();

  /** Whoever was entered first keeps a name. */
  enter(names: readonly string[], value: Value): void {
    for (const name of names) {
      if (!this.#byName.has(name)) this.#byName.set(name, value);
    }
  }

  find(host: string): Value | undefined {
    const name = host.toLowerCase();
    const wildcard = wildcardOf(name);
    return this.#byName.get(name) ?? (wildcard === undefined ? undefined : this.#byName.get(wildcard));
  }
}
