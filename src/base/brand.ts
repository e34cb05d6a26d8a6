// Branded primitives: a string that was checked once at the grammar, so that swapped arguments do not compile.

export type Brand<T, Name extends string> = T & { readonly __brand: Name };
