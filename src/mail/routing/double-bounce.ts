// Questions to other servers and notices to the postmaster come from `double-bounce@myhostname`. It exists, for servers that
// ask back whether it does; what is sent to it is read by nobody, as with Postfix.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export function isDoubleBounce(
  { localPart, domain }: AddrSpec,
  { myhostname }: { readonly myhostname: string },
): boolean {
  return localPart.toLowerCase() === 'double-bounce' && domain.toLowerCase() === myhostname.toLowerCase();
}
