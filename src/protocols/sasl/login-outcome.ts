// How one step of a login came out: what every protocol hears, and says in its own replies. Who decided it, and by what,
// no protocol knows. RFC 4422 §3.

export type LoginRefusal =
  | 'invalid-credentials'
  /** The account or the address is slowed down after failures. */
  | 'throttled'
  | 'disabled'
  /** The directory could not be asked: never said as «wrong password». */
  | 'unavailable'
  /** The client broke the mechanism's grammar. */
  | 'malformed'
  | 'cancelled'
  | 'mechanism-unknown';

export interface LoginChallenge {
  readonly kind: 'challenge';
  readonly data: Buffer;
}

export interface LoginAcceptance {
  readonly kind: 'accepted';
  /** What the server still has to say (SCRAM's verifier); a protocol without room for it sends it as a challenge first. */
  readonly data: Buffer | undefined;
}

export interface LoginRejection {
  readonly kind: 'rejected';
  readonly reason: LoginRefusal;
}

export type LoginOutcome = LoginChallenge | LoginAcceptance | LoginRejection;
