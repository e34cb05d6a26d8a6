// Ends the command: a remark for standard error, and what the program that called it is told.

import type { Remark } from './remark.ts';

/** Beside those of the other commands: EX_OSERR of sysexits.h. */
export const EX_OSERR = 71;

export class SendmailFailure extends Error {
  readonly exitCode: number;
  readonly remark: Remark;

  constructor(exitCode: number, remark: Remark) {
    super(remark.key);
    this.name = 'SendmailFailure';
    this.exitCode = exitCode;
    this.remark = remark;
  }
}
