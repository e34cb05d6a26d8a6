// The only source of time for pure code.

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
}
