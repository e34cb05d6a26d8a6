// The extension of a local part: `usuario1+lista` is `usuario1` with `lista` behind the delimiter. As Postfix splits it:
// at the first character of a set; never the names that a server needs for itself; and with `-` in the set never the
// names of a mailing list's owners (`owner-lista`, `lista-request`). RFC 5233 §2.

export interface ExtensionRules {
  /** A set of characters; empty: there are no extensions. */
  readonly recipient_delimiter: string;
  readonly owner_request_special: boolean;
}

export interface SplitLocalPart {
  readonly base: string;
  /** Without the delimiter. */
  readonly extension: string;
  /** With it, as it stood: what is put behind a result. */
  readonly suffix: string;
}

const NEVER_SPLIT: ReadonlySet<string> = new Set(['postmaster', 'mailer-daemon', 'double-bounce']);

/** `undefined` where there is no extension, or nothing before it. */
export function splitExtension(
  localPart: string,
  { recipient_delimiter: delimiters, owner_request_special: ownersStay }: ExtensionRules,
): SplitLocalPart | undefined {
  if (delimiters === '') return undefined;
  const folded = localPart.toLowerCase();
  if (NEVER_SPLIT.has(folded)) return undefined;
  if (ownersStay && delimiters.includes('-') && (folded.startsWith('owner-') || folded.endsWith('-request'))) {
    return undefined;
  }
  let place = 0;
  while (place < localPart.length && !delimiters.includes(localPart.charAt(place))) place++;
  if (place === 0 || place === localPart.length) return undefined;
  const suffix = localPart.slice(place);
  return { base: localPart.slice(0, place), extension: suffix.slice(1), suffix };
}
