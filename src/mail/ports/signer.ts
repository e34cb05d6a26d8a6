// Signs what our own people send. The keys stay behind it: nobody else sees them.

import type { MessageContent } from '#mail/ports/message-content.ts';
import type { SigningAlgorithm } from '#protocols/dkim/algorithm.ts';

export interface SigningKey {
  /** The domain that answers for the message: `d=`. */
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SigningAlgorithm;
}

export interface SigningOrder {
  readonly key: SigningKey;
  readonly octets: Buffer;
}

export interface Signer {
  /**
   * Those in use for authors of that domain, none for most domains. Throws WorldError where there are some, and not one
   * of them can be read.
   */
  keysFor(authorDomain: string): Promise<readonly SigningKey[]>;
  /** Of the body in its relaxed form; it begins at `start`. Throws WorldError. */
  hashBody(content: MessageContent, start: number): Promise<Buffer>;
  /** One signature for each order, in their order. Throws WorldError. */
  sign(orders: readonly SigningOrder[]): Promise<readonly Buffer[]>;
}
