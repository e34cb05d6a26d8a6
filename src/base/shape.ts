// What a value from another process must look like before it is believed: a check for each field, as a table.

export type Check<T> = (value: unknown) => value is T;
export type Shape = Readonly<Record<string, Check<unknown>>>;
export type Fields<S extends Shape> = { readonly [Field in keyof S]: S[Field] extends Check<infer T> ? T : never };

/** Fields that are not named may be there; they are not looked at. */
export function shape<const S extends Shape>(fields: S): Check<Fields<S>> {
  const checks = Object.entries(fields);
  return (value): value is Fields<S> =>
    typeof value === 'object' &&
    value !== null &&
    checks.every(([field, check]) => check((value as Readonly<Record<string, unknown>>)[field]));
}

/** Of at most so many UTF-16 units. */
export function textOf(most: number): Check<string> {
  return (value): value is string => typeof value === 'string' && value.length <= most;
}

export const wholeNumber: Check<number> = (value): value is number => Number.isSafeInteger(value);

export const flag: Check<boolean> = (value): value is boolean => typeof value === 'boolean';

export function listOf<T>(check: Check<T>, most: number): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.length <= most && value.every(check);
}

export function oneOf<const T extends string>(...words: readonly T[]): Check<T> {
  return (value): value is T => words.some((known) => known === value);
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}
