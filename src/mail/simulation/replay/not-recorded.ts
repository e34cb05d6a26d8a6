// What a replay would have to know, and nobody wrote down: it ends there, for nothing is made up.

export class NotRecorded extends Error {
  /** What would be asked, for a person: `dns zen.example A`. */
  readonly what: string;

  constructor(what: string) {
    super(`not recorded: ${what}`);
    this.name = 'NotRecorded';
    this.what = what;
  }
}
