// Ends every switch over a union: a new member lights up each place that must learn about it.

export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
