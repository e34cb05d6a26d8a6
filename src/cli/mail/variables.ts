// `set` and `unset`: what is not set is looked up in the environment, as bsd-mailx does.

export class Variables {
  readonly #values = new Map<string, string>();
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /** `` for what is set without a value; `undefined` for what is not set. */
  value(name: string): string | undefined {
    return this.#values.get(name) ?? this.#environment[name];
  }

  isSet(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** A whole number above zero; anything else counts as not given. */
  count(name: string): number | undefined {
    const number = Number.parseInt(this.value(name) ?? '', 10);
    return number > 0 ? number : undefined;
  }

  set(name: string, value = ''): void {
    this.#values.set(name, value);
  }

  /** False where it was not set. */
  unset(name: string): boolean {
    return this.#values.delete(name);
  }

  /** In the order of their names. */
  list(): readonly (readonly [name: string, value: string])[] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
