// Takes an APPEND's message in, as it comes, into a store that keeps large ones out of memory. RFC 3501 §6.3.11,
// RFC 7888.

import { TransferTime } from '#base/transfer-time.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ContentStore, MessageContent } from '#mail/ports/message-content.ts';
import type { FrameEvent } from '#protocols/imap/framing.ts';
import { formatContinuation } from '#protocols/imap/response.ts';
import type { LiteralOffer } from '#protocols/imap/segment.ts';
import { ConnectionLost } from './connection-lost.ts';
import type { Input } from './input.ts';
import type { ImapLimits } from './limits.ts';
import type { Output } from './output.ts';

export interface ReceivingPorts {
  readonly input: Input;
  readonly output: Output;
  readonly contentStore: ContentStore;
  readonly clock: Clock;
  readonly limits: Pick<ImapLimits, 'contentTimeoutMs' | 'leastDataRate'>;
}

export type Received =
  | { readonly kind: 'received'; readonly content: MessageContent }
  /** Something follows the message that is not the end of the command. */
  | { readonly kind: 'malformed' }
  /** A literal holds no NUL: RFC 3501 §9 (CHAR8). */
  | { readonly kind: 'has-nul' };

export async function receiveMessage(ports: ReceivingPorts, offer: LiteralOffer): Promise<Received> {
  const { input, output, contentStore } = ports;
  input.framer.acceptLiteral('stream');
  if (offer.synchronizing) await output.send(formatContinuation('OK'));
  await using writer = contentStore.openWriter();
  const time = new TransferTime(ports.limits.contentTimeoutMs, ports.limits.leastDataRate);
  let hasNul = false;
  for (;;) {
    const frame = await nextFrame(ports, time);
    if (frame.kind === 'literal-chunk') {
      hasNul ||= frame.octets.includes(0);
      const written = writer.write(frame.octets);
      if (written !== undefined) await written;
    } else if (frame.kind !== 'literal-end') {
      if (!isEndOfCommand(frame, input)) return { kind: 'malformed' };
      return hasNul ? { kind: 'has-nul' } : { kind: 'received', content: await writer.finish() };
    }
  }
}

async function nextFrame({ input, output, clock }: ReceivingPorts, time: TransferTime): Promise<FrameEvent> {
  for (;;) {
    const frame = input.framer.next();
    if (frame !== undefined) return frame;
    await output.flush();
    const beganMs = clock.nowMs();
    const before = input.receivedBytes;
    await input.more(Math.max(1, time.leftMs));
    time.spend(clock.nowMs() - beganMs, input.receivedBytes - before);
  }
}

function isEndOfCommand(frame: FrameEvent, { framer }: Input): boolean {
  const lost = frame.kind === 'literal-begin' && framer.refuseLiteral() === 'lost';
  if (lost || (frame.kind === 'refused' && frame.fatal)) throw new ConnectionLost('out-of-step');
  if (frame.kind !== 'command') return false;
  const [only] = frame.segments;
  return frame.segments.length === 1 && only?.kind === 'text' && only.text === '';
}
