// The code of a failed system call.

export function errnoOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

export function isMissing(cause: unknown): boolean {
  return errnoOf(cause) === 'ENOENT';
}
