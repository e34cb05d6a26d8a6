// An address after parsing: nothing looks at its text again. The local part is unquoted; the domain is a lower-case
// A-label name, or an address literal in its brackets. RFC 5321 §4.1.2, RFC 5322 §3.4.1, RFC 6531 §3.3.

export interface AddrSpec {
  /** Unquoted text; may hold any character of RFC 6531, spaces too. */
  readonly localPart: string;
  /** `example.com`, `xn--espaa-rta.example` or `[192.0.2.1]`. */
  readonly domain: string;
}

const DOT_STRING = /^[^\s"(),.:;<>@[\\\]\x00-\x1f\x7f]+(?:\.[^\s"(),.:;<>@[\\\]\x00-\x1f\x7f]+)*$/u;

/** The address as it stands in a command or a header: the local part is quoted only where it must be. */
export function formatAddrSpec(address: AddrSpec): string {
  return `${formatLocalPart(address.localPart)}@${address.domain}`;
}

function formatLocalPart(localPart: string): string {
  return DOT_STRING.test(localPart) ? localPart : `"${localPart.replace(/(["\\])/g, '\\$1')}"`;
}
