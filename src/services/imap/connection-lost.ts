// How a connection ends before its session does: whoever waits for the client, or writes to it, may hear of it.

/**
 * The server was told to stop; the client closed, was silent for too long (or reset: a read does not tell), cannot be written to, or cannot be
 * answered any more: a literal that was announced cannot be read, or the boundaries of what it says are lost.
 */
export class ConnectionLost extends Error {
  readonly how: 'closed' | 'silent' | 'stopping' | 'broken' | 'unreadable' | 'out-of-step';

  constructor(how: ConnectionLost['how'], cause?: Error) {
    super(cause?.message ?? how, { cause });
    this.how = how;
  }
}
