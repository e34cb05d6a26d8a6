// Lines and files put into the text of a draft.

import type { Draft } from './draft.ts';

export function appendLine(draft: Draft, line: string): void {
  draft.text.append(Buffer.from(`${line}\n`));
}

/** `3/45`: lines and octets of a part of the text. */
export function countText(draft: Draft, { start, end }: { readonly start: number; readonly end: number }): string {
  let lines = 0;
  for (const piece of draft.text.pieces({ start, end })) {
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines++;
  }
  return `${lines}/${end - start}`;
}
