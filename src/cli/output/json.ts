// --json: one JSON value, the same fields whether they are set or not.

export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, (_, field: unknown) => (field === undefined ? null : field), 2)}\n`;
}
