// Some copies of a message could not be filed. LMTP answers for each recipient (RFC 2033 §4.2), so it must be known whose;
// SMTP has one answer, and defers the whole message: what was filed may come a second time, nothing is lost.

import { WorldError } from '#base/world-error.ts';

export class IncompleteFiling extends WorldError {
  /** Recipients of the envelope for whom at least one copy is missing. */
  readonly unfiledRecipients: ReadonlySet<string>;

  constructor(unfiledRecipients: ReadonlySet<string>, cause: WorldError) {
    super('file message', { transient: cause.transient, cause: cause.cause ?? cause });
    this.name = 'IncompleteFiling';
    this.unfiledRecipients = unfiledRecipients;
  }
}
