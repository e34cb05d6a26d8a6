// Where a domain wants its reports: the `rua` tag. Only `mailto:` is known; what cannot be read is left out, such as the
// `mailto:` without an address that some pages of DNS providers write. RFC 9989 §4.7, RFC 7489 §6.2, RFC 6068 §2.

import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';

export interface ReportUri {
  readonly address: AddrSpec;
  /** Of the whole message; `undefined`: no limit. */
  readonly mostOctets: number | undefined;
}

/** Nobody asks for so many. */
const MOST_READ = 16;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** dmarc-urilist = dmarc-uri *("," dmarc-uri) ; each address once */
export function readReportUris(list: string): ReportUri[] {
  const found = new Map<string, ReportUri>();
  for (const text of list.split(',', MOST_READ)) {
    const uri = readReportUri(text.trim());
    if (uri !== undefined) found.set(formatAddrSpec(uri.address), found.get(formatAddrSpec(uri.address)) ?? uri);
  }
  return [...found.values()];
}

/** dmarc-uri = URI [ "!" 1*DIGIT [ "k" / "m" / "g" / "t" ] ] */
function readReportUri(text: string): ReportUri | undefined {
  const [, target = '', digits, unit = ''] = /^mailto:([^!?]*)(?:\?[^!]*)?(?:!(\d{1,12})([kmgt]?))?$/i.exec(text) ?? [];
  const address = readAddress(target);
  if (address === undefined) return undefined;
  const mostOctets = digits === undefined ? undefined : Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  return { address, mostOctets };
}

function readAddress(target: string): AddrSpec | undefined {
  let text: string;
  try {
    text = decodeURIComponent(target);
  } catch {
    return undefined;
  }
  const at = text.lastIndexOf('@');
  const localPart = text.slice(0, Math.max(0, at));
  const domain = parseDomainName(text.slice(at + 1));
  if (!domain.ok || !/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/.test(localPart)) return undefined;
  return { localPart, domain: domain.value };
}
