// `alias amigos ana beto`: groups of a user's own, expanded in what is sent. A group may name others.

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

  /**
   * Each group once, whatever circles they make. `self` is left out of groups with others in them, unless it wants its own
   * mail (`metoo`). `\name` is nobody's group.
   */
  expand(words: readonly string[], self: string | undefined): string[] {
    const expanded: string[] = [];
    const seen = new Set<string>();
    const visit = (word: string): void => {
      const members = word.startsWith('\\') || seen.has(word) ? undefined : this.#groups.get(word);
      if (members === undefined) {
        if (!seen.has(word)) expanded.push(word.replace(/^\\/, ''));
        return;
      }
      seen.add(word);
      for (const member of members) {
        // A group may hold the one whose name it has.
        if (member === word) expanded.push(member);
        else if (members.length === 1 || member !== self) visit(member);
      }
    };
    for (const word of words) visit(word);
    return expanded;
  }
}
