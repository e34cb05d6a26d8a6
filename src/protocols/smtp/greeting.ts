// What the client said of itself. RFC 5321 §4.1.1.1.

export interface Greeting {
  readonly name: string;
  /** True after EHLO or LHLO. */
  readonly extended: boolean;
}
