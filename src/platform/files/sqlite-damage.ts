// Tells a damaged SQLite file from a failing disk, a lock, or a mistake of ours.

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

export function isDamage(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('errcode' in cause)) return false;
  const code = Number(cause.errcode) & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}
