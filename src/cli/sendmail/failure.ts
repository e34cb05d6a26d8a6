// Ends the command: a remark for standard error, and what the program that called it is told.

import type { Remark } from './remark.ts';

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
