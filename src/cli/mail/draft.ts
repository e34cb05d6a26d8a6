// A message that is being written: what will stand in its header, and its text in a scratch file.

import { ScratchFile } from './scratch-file.ts';

export interface Draft extends Disposable {
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string | undefined;
  replyTo: string | undefined;
  /** `-r`, or the variable `from`. */
  readonly from: string | undefined;
  /** `-a`: `name: value`, as given. */
  readonly fields: readonly string[];
  /** `-A`: paths. */
  readonly attachments: readonly string[];
  /** The message this one answers. */
  readonly inReplyTo: string | undefined;
  readonly references: string | undefined;
  text: ScratchFile;
}

export type DraftStart = Partial<Omit<Draft, 'text' | typeof Symbol.dispose>>;

export function startDraft(start: DraftStart = {}): Draft {
  return {
    to: [],
    cc: [],
    bcc: [],
    subject: undefined,
    replyTo: undefined,
    from: undefined,
    fields: [],
    attachments: [],
    inReplyTo: undefined,
    references: undefined,
    ...start,
    text: new ScratchFile(),
    [Symbol.dispose]() {
      this.text[Symbol.dispose]();
    },
  };
}

/** Another text in its place. */
export function replaceText(draft: Draft, text: ScratchFile): void {
  draft.text[Symbol.dispose]();
  draft.text = text;
}
