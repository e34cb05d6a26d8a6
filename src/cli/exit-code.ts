// What a command's exit code says: the words of sysexits.h, which shells and mail programs know.

export const EXIT = {
  ok: 0,
  /** The command was used wrongly. */
  usage: 64,
  /** What was given cannot be used: a malformed address, a short password. */
  data: 65,
  /** What was named is not there. */
  noInput: 66,
  /** No server runs, or it does not answer. */
  unavailable: 69,
  /** A bug of ours. */
  software: 70,
  /** The system does not give what is needed: a port that another program has, the name of a user. */
  systemError: 71,
  /** It cannot be made, or taken away: it exists already, or is in use. */
  cannotCreate: 73,
  ioError: 74,
  /** Now it does not work; later it may. */
  temporary: 75,
  notPermitted: 77,
  configuration: 78,
  /** Ctrl-C, as shells say it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command: the text goes to standard error, as a person reads it. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, text: string) {
    super(text);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}
