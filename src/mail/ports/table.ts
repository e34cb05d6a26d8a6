// A lookup table as Postfix has them: a key goes in, a text comes out. Where it came from (`cdb:`, `texthash:`, `pcre:` …) is
// the platform's business; which keys are tried for an address is routing's.

export interface Table {
  /** As configured: `cdb:/etc/valija/virtual`. */
  readonly name: string;
  /**
   * True for patterns (`regexp:`, `pcre:`, `cidr:`): they are asked for the whole key once, never for parts of it.
   */
  readonly isPattern: boolean;
  /** The right-hand side; `undefined` where the key is not there. Throws WorldError when the table cannot be asked. */
  find(key: string): Promise<string | undefined>;
}
