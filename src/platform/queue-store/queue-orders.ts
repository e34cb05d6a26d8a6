// What the queue's thread is asked for, and what it answers: orders travel in batches, and a batch has one commit.

import type { QueueFilter } from '#mail/ports/queue-admin.ts';
import type { DueRequest, QueueChange, RecipientChange } from '#mail/ports/queue-store.ts';
import type { QueuePlaces } from './open-database.ts';
import type { MessageRow, RecipientRow } from './queue-row.ts';

export type QueueOrder =
  | { readonly kind: 'keep'; readonly message: MessageRow; readonly recipients: readonly RecipientRow[] }
  | { readonly kind: 'finish'; readonly queueId: string; readonly nowMs: number }
  | {
      readonly kind: 'record';
      readonly queueId: string;
      readonly changes: readonly RecipientChange[];
      readonly nowMs: number;
    }
  | { readonly kind: 'mark-warned'; readonly queueId: string }
  | { readonly kind: 'mend-times'; readonly latestMs: number; readonly nowMs: number }
  | { readonly kind: 'change'; readonly queueIds: readonly string[]; readonly change: QueueChange }
  | { readonly kind: 'set-aside'; readonly queueId: string; readonly reason: string }
  | { readonly kind: 'find'; readonly queueId: string }
  | { readonly kind: 'due-destinations'; readonly limit: number }
  | { readonly kind: 'load-due'; readonly request: DueRequest }
  | { readonly kind: 'load'; readonly queueId: string }
  | { readonly kind: 'unreported'; readonly afterId: string; readonly limit: number }
  | { readonly kind: 'unwarned'; readonly arrivedBeforeMs: number; readonly limit: number }
  | { readonly kind: 'list'; readonly filter: QueueFilter; readonly afterId: string; readonly limit: number }
  | { readonly kind: 'count' };

export type OrderOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

export interface ThreadSettings {
  readonly places: QueuePlaces;
  readonly nowMs: number;
}

export type ThreadMessage =
  | { readonly kind: 'opened'; readonly newestId: string }
  | { readonly kind: 'not-opened'; readonly message: string }
  /** As in the batch, in its order. */
  | { readonly kind: 'done'; readonly outcomes: readonly OrderOutcome[] }
  | { readonly kind: 'report'; readonly text: string };
