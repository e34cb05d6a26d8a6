// Leniency has a name. Each quirk is off unless somebody needs it, and says who that is.

export interface Quirks {
  /** Lines may end with LF alone: people who type with netcat. Off, such a line ends the connection. */
  readonly bareLineFeed: boolean;
  /** Spaces before the end of a command: scripts that build commands by joining words. */
  readonly trailingSpace: boolean;
}

export const STRICT: Quirks = { bareLineFeed: false, trailingSpace: false };
