// A pattern of Postfix's, as the engine wants it.

/** What RE2 is asked to compile. */
export interface RegexSource {
  readonly text: string;
  readonly ignoresCase: boolean;
  readonly dotMatchesNewline: boolean;
  readonly isMultiLine: boolean;
  /** POSIX takes the longest match, Perl the first. */
  readonly takesLongest: boolean;
}
