// One message of a session: what was asked about it, and what has come of its content. It is ended once, whichever way.

import { TransferTime } from '#base/transfer-time.ts';
import type { ContentVerdict, Transaction } from '#mail/acceptance/transaction.ts';
import { ContentReceiver, type ContentReceiverOptions } from './content-receiver.ts';
import type { SmtpServiceLimits } from './limits.ts';

export interface IncomingMessageOptions extends ContentReceiverOptions {
  readonly limits: SmtpServiceLimits;
}

export class IncomingMessage {
  readonly transaction: Transaction;
  readonly content: ContentReceiver;
  /** BDAT alone can carry it: then CR and LF are octets like others. */
  readonly isBinary: boolean;
  /** What the client may still take to send it, all its chunks together. */
  readonly time: TransferTime;

  constructor(transaction: Transaction, isBinary: boolean, options: IncomingMessageOptions) {
    this.transaction = transaction;
    this.isBinary = isBinary;
    this.time = new TransferTime(options.limits.contentTimeoutMs, options.limits.leastDataRate);
    this.content = new ContentReceiver(options);
  }

  async decide(): Promise<ContentVerdict> {
    await using content = await this.content.finish();
    return await this.transaction.decideContent(content);
  }

  async abandon(reason: Parameters<Transaction['abandon']>[0]): Promise<void> {
    this.transaction.abandon(reason);
    await this.content[Symbol.asyncDispose]();
  }
}
