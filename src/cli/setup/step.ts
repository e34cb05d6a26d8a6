// What `valija setup` does, one thing after the other: each can be told before it is done, and undone after it.

import { unreachable } from '#base/unreachable.ts';

export type SetupStep =
  | { readonly kind: 'user'; readonly user: string; readonly command: readonly string[] }
  | { readonly kind: 'folder'; readonly path: string; readonly owner: Owner; readonly mode: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly owner: Owner;
      readonly mode: number;
      readonly text: string;
    }
  /** A command of `valija` itself, as the user that owns the state: root opens no database and reads no answer of others. */
  | {
      readonly kind: 'valija';
      readonly words: readonly string[];
      readonly input?: string;
      /** The command that takes it back. */
      readonly undo?: readonly string[];
    }
  | { readonly kind: 'service'; readonly unit: string };

export interface Owner {
  readonly user: string;
  readonly group: string;
}

/** What a person is told of a step. */
export function subjectOf(step: SetupStep): string {
  switch (step.kind) {
    case 'user':
      return step.user;
    case 'folder':
    case 'file':
      return step.path;
    case 'valija':
      return `valija ${step.words.join(' ')}`;
    case 'service':
      return step.unit;
    default:
      return unreachable(step);
  }
}
