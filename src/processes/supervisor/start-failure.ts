// Why the server does not start: a text for the operator, in Spanish, too, where there is one, and an exit code of sysexits(3).

export const EX_SOFTWARE = 70;
export const EX_OSERR = 71;
export const EX_CONFIG = 78;

export class StartFailure extends Error {
  readonly exitCode: number;
  readonly spanish: string | undefined;

  constructor(text: string, exitCode: number, spanish?: string) {
    super(text);
    this.name = 'StartFailure';
    this.exitCode = exitCode;
    this.spanish = spanish;
  }
}
