// What a mechanism says next, and how it goes on from there. RFC 4422 §3. A step that expects something carries the
// function that takes it: the state of an exchange is that function, nothing else, and no step can be given the wrong
// kind of answer. No I/O: what a mechanism must know of the world it asks.

import type { TokenRefusal } from './token-refusal.ts';

export type SaslFailure =
  | 'malformed'
  | 'invalid-credentials'
  /** The client asks for a binding that this connection does not have. */
  | 'channel-binding-unsupported'
  /** The client was not told that we bind channels: somebody changed what we said. */
  | 'channel-binding-downgraded'
  /** The client stands at the end of another connection than we do. */
  | 'channel-binding-mismatch';

/** As `node:crypto` calls them. */
export type ScramHash = 'sha256' | 'sha1';

export interface ScramVerifier {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export type SaslStep =
  /** An initial response is the answer to the first challenge, given before it was said: then it need not be said. */
  | { readonly kind: 'challenge'; readonly data: Buffer; readonly respond: (response: Buffer) => SaslStep }
  /** `proceed` is for the right password; a wrong one ends the exchange. */
  | {
      readonly kind: 'ask-password';
      readonly login: string;
      readonly password: string;
      readonly proceed: () => SaslStep;
    }
  | {
      readonly kind: 'ask-keys';
      readonly login: string;
      readonly hash: ScramHash;
      readonly answer: (keys: ScramVerifier) => SaslStep;
    }
  | {
      readonly kind: 'ask-token';
      /** Whom the client says it is; empty where it leaves that to the token. */
      readonly login: string;
      readonly token: string;
      readonly proceed: () => SaslStep;
      /** A last challenge that says why not; whatever the client answers, the exchange has failed. */
      readonly explain: (refusal: TokenRefusal) => Buffer;
    }
  /** `authzid` is empty where the client did not ask to act as somebody; `data` is the server's last word. */
  | { readonly kind: 'success'; readonly authzid: string; readonly data: Buffer | undefined }
  | { readonly kind: 'failure'; readonly reason: SaslFailure };

export const MALFORMED: SaslStep = { kind: 'failure', reason: 'malformed' };
export const INVALID_CREDENTIALS: SaslStep = { kind: 'failure', reason: 'invalid-credentials' };

export const NO_DATA = Buffer.alloc(0);
