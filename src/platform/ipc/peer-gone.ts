// Thrown where a question has no answer, for the process that was asked has ended or closed the stream.

import { WorldError } from '#base/world-error.ts';

export class PeerGone extends WorldError {
  /** False: it has not begun with what was asked, and another may be asked the same. */
  readonly mayHaveBegun: boolean;

  constructor(operation: string, mayHaveBegun: boolean) {
    super(operation, { transient: true });
    this.name = 'PeerGone';
    this.mayHaveBegun = mayHaveBegun;
  }
}
