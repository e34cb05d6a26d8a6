// `alias amigos ana beto`: groups of a user's own, expanded in what is sent. A group may name others.

const DEEPEST = 25;

export class Aliases {
  readonly #groups = new Map<string, string[]>();

  /** What is added later stands before what was there, as with bsd-mailx. */
  add(name: string, members: readonly string[]): void {
    this.#groups.set(name, [...members.toReversed(), ...(this.#groups.get(name) ?? [])]);
  }

  remove(name: string): boolean {
    return this.#groups.delete(name);
  }

  find(name: string): readonly string[] | undefined {
    return this.#groups.get(name);
  }

  names(): readonly string[] {
    return [...this.#groups.keys()].sort();
  }

  /** `self` is left out of groups with others in them, unless it wants its own mail (`metoo`). `\name` is nobody's group. */
  expand(words: readonly string[], self: string | undefined, depth = 0): string[] {
    return words.flatMap((word) => {
      if (word.startsWith('\\')) return [word.slice(1)];
      const members = this.#groups.get(word);
      if (members === undefined || depth >= DEEPEST) return [word];
      const others = members.length > 1 ? members.filter((member) => member !== self) : members;
      return others.flatMap((member) => (member === word ? [member] : this.expand([member], self, depth + 1)));
    });
  }
}
