// What the server tells of itself: CAPABILITY, ENABLED, ID, NAMESPACE. RFC 3501 §7.2.1; RFC 5161 §3.2, RFC 2971 §3.2,
// RFC 2342 §5.

import type { IdParameter } from '../command.ts';
import { formatNString, formatQuoted, formatString } from './string.ts';

export function formatCapability(capabilities: readonly string[]): string {
  return `* CAPABILITY ${capabilities.join(' ')}\r\n`;
}

export function formatEnabled(capabilities: readonly string[]): string {
  return `* ENABLED${capabilities.map((capability) => ` ${capability}`).join('')}\r\n`;
}

export function formatId(parameters: readonly IdParameter[]): string {
  if (parameters.length === 0) return '* ID NIL\r\n';
  return `* ID (${parameters.map(([field, value]) => `${formatString(field)} ${formatNString(value)}`).join(' ')})\r\n`;
}

export interface Namespace {
  readonly prefix: string;
  readonly delimiter: string;
}

export function formatNamespace(
  personal: readonly Namespace[],
  otherUsers: readonly Namespace[] = [],
  shared: readonly Namespace[] = [],
): string {
  return `* NAMESPACE ${[personal, otherUsers, shared].map(formatNamespaces).join(' ')}\r\n`;
}

// namespace = nil / "(" 1*("(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) ")") ")"
function formatNamespaces(namespaces: readonly Namespace[]): string {
  if (namespaces.length === 0) return 'NIL';
  const list = namespaces.map(({ prefix, delimiter }) => `(${formatString(prefix)} ${formatQuoted(delimiter)})`);
  return `(${list.join('')})`;
}
