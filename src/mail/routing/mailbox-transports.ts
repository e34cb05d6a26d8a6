// Who else takes the mail of local names: `mailbox_transport` that of users, instead of their mailbox, and `fallback_transport`
// that of names which nobody has; each with a table by name before it. Postfix's local(8).

import { splitExtension } from './address-extension.ts';
import { findInTables } from './address-lookup.ts';
import type { Pending } from './route-search.ts';
import type { RouteQuestion } from './routing-world.ts';
import { readTransport, transportEntry } from './transports.ts';

/** False where nothing is set for that name. Throws WorldError when a table cannot be asked. */
export async function followMailTransport(
  { context, search, sender }: RouteQuestion,
  { address, owner }: Pending,
  kind: 'mailbox' | 'fallback',
): Promise<boolean> {
  const { settings, tables } = context;
  const setting = `${kind}_transport` as const;
  const name = splitExtension(address.localPart, settings)?.base ?? address.localPart;
  const match = await findInTables(tables[`${setting}_maps`], [{ text: name, unmatched: '' }]);
  const text = match?.value ?? settings[setting];
  if (text === '') return false;
  const place = match === undefined ? setting : `${match.table}: ${match.key}`;
  const hop = readTransport(transportEntry(text, place), address.domain);
  if (!hop.ok) search.giveUp(`${place}: ${hop.error}`);
  else if (hop.value === 'local') return false;
  else if (hop.value === 'virtual-mailbox') search.giveUp(`${place}: virtual has no mailbox for a local name`);
  else search.arriveAtNextHop(setting.replace('_', '-'), address, hop.value, sender === undefined ? undefined : owner);
  return true;
}
