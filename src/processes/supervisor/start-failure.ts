// Why the server does not start: a text for the operator, and an exit code of sysexits(3).

export const EX_SOFTWARE = 70;
export const EX_OSERR = 71;
export const EX_CONFIG = 78;

export class StartFailure extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.name = 'StartFailure';
    this.exitCode = exitCode;
  }
}
