// Who waits for a mailbox files together: while one group is synced the next one gathers, so that a hundred deliveries to
// one mailbox cost a few commits of the disk and not three hundred. No timers: a lone message goes at once.

import { rmSync } from 'node:fs';
import type { Result } from '#base/result.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { AppendOutcome, AppendRequest, MailboxName, StoreRefusal } from '#mail/ports/mail-store.ts';
import type { PrepareOctets } from '#platform/message-index/prepared-fetch.ts';
import { nonexistent, overQuota, type Refused } from '#platform/message-index/refusals.ts';
import type { AccountMail } from './account-mail.ts';
import { commitFilings, type Filing, type TemporaryMessage, writeTemporary } from './filing.ts';
import type { BaseNames } from './message-file-name.ts';

interface WaitingFiling extends Filing {
  readonly quotaBytes: number;
  resolve(outcome: Result<AppendOutcome, StoreRefusal>): void;
  reject(cause: unknown): void;
}

const WRITES_AT_ONCE = 64;

export class FilingGroups {
  readonly #names: BaseNames;
  readonly #around: { readonly clock: Clock; readonly prepare: PrepareOctets };
  readonly #waiting = new WeakMap<AccountMail, Map<MailboxName, WaitingFiling[]>>();

  constructor(names: BaseNames, around: { readonly clock: Clock; readonly prepare: PrepareOctets }) {
    this.#names = names;
    this.#around = around;
  }

  file(
    mail: AccountMail,
    name: MailboxName,
    requests: readonly AppendRequest[],
    quotaBytes: number,
  ): Promise<Result<AppendOutcome, StoreRefusal>> {
    return mail.keepOpen(async () => {
      const messages = await this.#writeTemporaries(mail, requests);
      return new Promise((resolve, reject) => this.#join(mail, name, { messages, quotaBytes, resolve, reject }));
    });
  }

  #join(mail: AccountMail, name: MailboxName, filing: WaitingFiling): void {
    const groups = this.#waiting.get(mail) ?? new Map<MailboxName, WaitingFiling[]>();
    this.#waiting.set(mail, groups);
    const group = groups.get(name);
    if (group !== undefined) {
      group.push(filing);
      return;
    }
    const opened = [filing];
    groups.set(name, opened);
    const commit = (): Promise<void> => {
      groups.delete(name);
      return commitGroup(mail, name, opened);
    };
    mail.run(commit).catch(filing.reject);
  }

  async #writeTemporaries(mail: AccountMail, requests: readonly AppendRequest[]): Promise<TemporaryMessage[]> {
    const place = { folder: mail.temporaryFolder, names: this.#names, prepare: this.#around.prepare };
    const nowMs = this.#around.clock.nowMs();
    const written: TemporaryMessage[] = [];
    try {
      for (let start = 0; start < requests.length; start += WRITES_AT_ONCE) {
        const batch = requests.slice(start, start + WRITES_AT_ONCE);
        const outcomes = await Promise.allSettled(batch.map((request) => writeTemporary(place, nowMs, request)));
        for (const outcome of outcomes) if (outcome.status === 'fulfilled') written.push(outcome.value);
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      }
      return written;
    } catch (cause) {
      removeTemporaries(written);
      throw cause;
    }
  }
}

async function commitGroup(mail: AccountMail, name: MailboxName, filings: readonly WaitingFiling[]): Promise<void> {
  try {
    const accepted: WaitingFiling[] = [];
    const folder = await mail.find(name);
    let usedBytes = filings.some(({ quotaBytes }) => quotaBytes > 0) ? (await mail.usage()).sizeBytes : 0;
    for (const filing of filings) {
      const refusal = judgeFiling(filing, folder !== undefined, usedBytes);
      if (refusal === undefined) {
        accepted.push(filing);
        usedBytes += sizeOf(filing);
      } else {
        removeTemporaries(filing.messages);
        filing.resolve(refusal);
      }
    }
    if (accepted.length === 0) return;
    const outcomes = await commitFilings(folder ?? (await mail.create(name)), accepted);
    for (const [i, filing] of accepted.entries()) {
      const outcome = outcomes[i] ?? nonexistent();
      if (!outcome.ok) removeTemporaries(filing.messages);
      filing.resolve(outcome);
    }
  } catch (cause) {
    // Those that have their answer already are not touched by this.
    for (const filing of filings) {
      removeTemporaries(filing.messages);
      filing.reject(cause);
    }
  }
}

function judgeFiling(filing: WaitingFiling, exists: boolean, usedBytes: number): Refused | undefined {
  if (filing.messages.every(({ request }) => request.mode === 'deliver')) return undefined;
  if (!exists) return nonexistent();
  return filing.quotaBytes > 0 && usedBytes + sizeOf(filing) > filing.quotaBytes ? overQuota() : undefined;
}

function sizeOf(filing: Filing): number {
  return filing.messages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function removeTemporaries(messages: readonly TemporaryMessage[]): void {
  for (const { path } of messages) rmSync(path, { force: true });
}
