// What stands behind the verb. RFC 1939 §3, RFC 2449 §3: arguments are separated by one space.

/**
 *   message-number = 1*DIGIT ; from 1 on
 */
export function parseMessageNumber(text: string | undefined): number | undefined {
  const number = parseNumber(text);
  return number === 0 ? undefined : number;
}

/** At most ten digits, as IMAP has them: no number grows beyond exactness. */
function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}

/** `TOP msg n` */
export function parseTwoNumbers(text: string | undefined): readonly [number, number] | undefined {
  const parts = text?.split(' ', 3) ?? [];
  const first = parseMessageNumber(parts[0]);
  const second = parseNumber(parts[1]);
  return parts.length === 2 && first !== undefined && second !== undefined ? [first, second] : undefined;
}
