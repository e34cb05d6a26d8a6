// The names in `luser_relay`: `$user@other.example.org`, `admin+$local`. Postfix's parameter of that name.

import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { type ExtensionRules, splitExtension } from './address-extension.ts';

const NAME = /\$(?:\{([a-z_]{1,30})\}|\(([a-z_]{1,30})\)|([a-z_]{1,30}))/g;

export function expandLuserRelay(text: string, address: AddrSpec, rules: ExtensionRules): string {
  const split = splitExtension(address.localPart, rules);
  const values: Readonly<Record<string, string>> = {
    domain: address.domain,
    extension: split?.extension ?? '',
    local: address.localPart,
    recipient: formatAddrSpec(address),
    recipient_delimiter: split?.suffix.charAt(0) ?? '',
    user: split?.base ?? address.localPart,
  };
  return text.replace(NAME, (_, braced?: string, bracketed?: string, plain?: string) => {
    return values[braced ?? bracketed ?? plain ?? ''] ?? '';
  });
}
