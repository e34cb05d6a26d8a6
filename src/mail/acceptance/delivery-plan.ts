// The plan of an accepted message, with the trace headers that each copy bears.

import { type Envelope, isSubmission } from './envelope.ts';
import type { MessageHeader } from './message-header.ts';
import { type Plan, planFiling, type RoutedRecipient } from './plan.ts';
import { formatDeliveryTrace, formatReceived, type ReceivedFacts } from './trace-headers.ts';

export function planDeliveries(
  envelope: Envelope,
  recipients: readonly RoutedRecipient[],
  header: MessageHeader,
  facts: ReceivedFacts,
): Plan {
  const { reversePath, session } = envelope;
  const received = formatReceived(envelope, facts);
  // A message that begins with its body would lend its first lines to our header; submitted ones were mended already.
  const separator = header.fields.length === 0 && !header.separated && !isSubmission(session) ? '\r\n' : '';
  return planFiling({
    recipients,
    internalDateMs: facts.nowMs,
    formatPrefix: (deliveredTo, originalTo) =>
      Buffer.from(formatDeliveryTrace({ reversePath, deliveredTo, originalTo, received }) + separator),
  });
}
