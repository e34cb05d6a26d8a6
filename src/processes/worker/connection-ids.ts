// Names for connections: unique in all runs of the server, short enough for a log line.

/** `1J2K3M-1`, `1J2K3M-2`, …: the moment of the start, then a count. */
export function createConnectionIds(startMs: number): () => string {
  const run = Math.floor(startMs / 1000)
    .toString(36)
    .toUpperCase();
  let count = 0;
  return () => {
    count += 1;
    return `${run}-${count.toString(36).toUpperCase()}`;
  };
}
