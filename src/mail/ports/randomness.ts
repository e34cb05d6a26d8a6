// The only source of randomness for pure code: queue ids, Message-IDs, nonces.

export interface Randomness {
  bytes(count: number): Buffer;
}
