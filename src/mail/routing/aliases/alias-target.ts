// What an alias, a `~/.forward` or an `:include:` file sends mail to, one of its targets. aliases(5), local(8).

import { unreachable } from '#base/unreachable.ts';

export type AliasTarget =
  /** With a domain, as it was written: `usuario1@valija.test`, `"a b"@example.org`. */
  | { readonly kind: 'address'; readonly address: string }
  /** Without one. `isFinal` is `\user`: aliases and `~/.forward` are not looked at again. */
  | { readonly kind: 'local-name'; readonly name: string; readonly isFinal: boolean }
  /** Given to a shell, the message on its standard input. */
  | { readonly kind: 'command'; readonly command: string }
  /** Absolute; with a final slash a Maildir, else an mbox. */
  | { readonly kind: 'file'; readonly path: string }
  /** Absolute; a file with more targets. */
  | { readonly kind: 'include'; readonly path: string };

const PLAIN_NAME = /^[A-Za-z0-9!$%&'*+=?^_`{}~.-]+$/;

/** As it stands in a file; `parseAliasTargets` reads it back. */
export function formatAliasTarget(target: AliasTarget): string {
  switch (target.kind) {
    case 'address':
      return target.address;
    case 'local-name':
      return `${target.isFinal ? '\\' : ''}${PLAIN_NAME.test(target.name) ? target.name : quote(target.name)}`;
    case 'command':
      return quote(`|${target.command}`);
    case 'file':
      return quote(target.path);
    case 'include':
      return `:include:${quote(target.path)}`;
    default:
      return unreachable(target);
  }
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
