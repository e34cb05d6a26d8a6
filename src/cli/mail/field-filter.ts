// Which fields of a header are shown, or saved: `ignore` and `retain`. Where some are retained, only these are.

export class FieldFilter {
  readonly ignored = new Set<string>();
  readonly retained = new Set<string>();

  hides(name: string): boolean {
    const lower = name.toLowerCase();
    return this.retained.size > 0 ? !this.retained.has(lower) : this.ignored.has(lower);
  }
}
