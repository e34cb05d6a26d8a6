// What a program beside us may cost at an auth socket.

export interface AuthSocketLimits {
  /** Exchanges and questions of one connection that are under way at once. */
  readonly requestsAtOnce: number;
}
