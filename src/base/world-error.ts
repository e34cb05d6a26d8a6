// The world failed us: a disk, a socket, a name server. Thrown by `platform/` only, mapped to a reply once, at the
// edge of a service (`services/*/failure.ts`). `transient` means that the same operation may succeed later.

export class WorldError extends Error {
  readonly operation: string;
  readonly transient: boolean;

  constructor(operation: string, options: { transient: boolean; cause?: unknown }) {
    const detail = options.cause instanceof Error ? `: ${options.cause.message}` : '';
    super(`${operation}${detail}`, { cause: options.cause });
    this.name = 'WorldError';
    this.operation = operation;
    this.transient = options.transient;
  }
}

/**
 * The other side did not answer in its time. Whoever must tell silence from a broken connection asks for this class: a
 * clock read afterwards may still stand before the deadline, since timers round.
 */
export class TimedOut extends WorldError {
  constructor(operation: string) {
    super(operation, { transient: true, cause: new Error('timed out') });
    this.name = 'TimedOut';
  }
}
