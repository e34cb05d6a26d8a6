// What becomes of a literal that is announced: it is part of a command, or the message of an APPEND, or too much. RFC 7888 §4.

import type { Command, Tagged } from './command.ts';
import { parseCommand } from './grammar/parse-command.ts';
import type { FramingLimits } from './limits.ts';
import type { Quirks } from './quirks.ts';
import type { Segment } from './segment.ts';
import { findTag } from './tag.ts';

export type LiteralDecision =
  | { readonly kind: 'buffer' }
  /** The message of an APPEND, which begins before its message is here: it may be refused for its mailbox, or its size. */
  | { readonly kind: 'stream'; readonly command: Tagged<Command> }
  | { readonly kind: 'refuse'; readonly tag: string | undefined };

/** `segments` as in `literal-begin`. */
export function decideLiteral(segments: readonly Segment[], limits: FramingLimits, quirks: Quirks): LiteralDecision {
  const parsed = parseCommand(segments, quirks);
  if (parsed.ok && parsed.value.command.kind === 'append') return { kind: 'stream', command: parsed.value };
  if (isWelcome(segments, limits)) return { kind: 'buffer' };
  const [first] = segments;
  return { kind: 'refuse', tag: first?.kind === 'text' ? findTag(first.text) : undefined };
}

function isWelcome(segments: readonly Segment[], limits: FramingLimits): boolean {
  const offer = segments.at(-1);
  if (offer?.kind !== 'offer') throw new Error('no literal was offered');
  const literals = segments.filter(({ kind }) => kind !== 'text').length;
  const commandBytes = segments.reduce((sum, segment) => sum + sizeOf(segment), 0);
  return (
    offer.sizeBytes <= limits.literalBytes &&
    literals <= limits.literalsPerCommand &&
    commandBytes <= limits.commandBytes
  );
}

function sizeOf(segment: Segment): number {
  if (segment.kind === 'text') return segment.text.length;
  return segment.kind === 'literal' ? segment.octets.length : segment.sizeBytes;
}
