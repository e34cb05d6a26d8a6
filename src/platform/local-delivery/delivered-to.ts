// Delivered-To: where a message has been already. Whoever delivers adds a line of it; a message that comes to the same
// address again goes in a circle. RFC 9228.

import { readHeader } from '#mail/mailboxes/message-header.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { HeaderField } from '#protocols/message/header-fields.ts';

const FIELD = 'delivered-to';

/** Lower case. */
export async function readDeliveredTo(content: MessageContent): Promise<ReadonlySet<string>> {
  const { block } = await readHeader(content);
  const found = block.fields.filter(({ name }) => name.toLowerCase() === FIELD);
  const text = ({ start, end }: HeaderField['value']) => block.octets.toString('utf8', start, end).trim().toLowerCase();
  return new Set(found.map(({ value }) => text(value)));
}
