// A command line taken apart: its verb and everything behind it. RFC 5321 §4.1.1.

export interface CommandLine {
  /** Upper-case; perhaps none that we know. */
  readonly verb: string;
  readonly argument: string;
}

// command = verb [SP argument] *SP CRLF      ; spaces before CRLF are tolerated, RFC 5321 §4.1.1
export function parseCommandLine(text: string): CommandLine {
  const space = text.indexOf(' ');
  if (space === -1) return { verb: text.toUpperCase(), argument: '' };
  return { verb: text.slice(0, space).toUpperCase(), argument: text.slice(space + 1).trim() };
}
