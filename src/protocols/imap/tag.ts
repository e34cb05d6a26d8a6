// The tag of a command: read before anything else, so that whatever is wrong with the rest can be answered by it.
// RFC 3501 §2.2.1, §9 (tag).

/** Longer ones are not repeated: a client's tag comes back with each of its answers. */
export const TAG_CHARS = 64;

// tag = 1*<any ASTRING-CHAR except "+">
const TAG = /^[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]{1,64}(?= |$)/;

/** The tag at the beginning of a line, where there is one. */
export function findTag(text: string): string | undefined {
  return TAG.exec(text)?.[0];
}
