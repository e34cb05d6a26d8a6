// What is known when MAIL is judged. Throws WorldError when the directory cannot be asked.

import type { SenderFacts } from '#mail/policy/sender.ts';
import type { SubmissionSenderFacts, SubmitterFacts } from '#mail/policy/submission.ts';
import type { Directory } from '#mail/ports/directory.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { isSubmission, type ReversePath, type SenderParameters, type SessionFacts } from './envelope.ts';
import { isOwnAddress } from './ownership.ts';

export async function gatherSenderFacts(
  { directory, settings }: Pick<AcceptanceWorld, 'directory' | 'settings'>,
  session: SessionFacts,
  reversePath: ReversePath,
  { declaredSizeBytes }: SenderParameters,
): Promise<SenderFacts> {
  return {
    sizeBytes: declaredSizeBytes,
    messageSizeLimit: settings.message_size_limit,
    submission: isSubmission(session) ? await gatherSubmission(directory, session, reversePath) : undefined,
  };
}

async function gatherSubmission(
  directory: Directory,
  { login }: SessionFacts,
  reversePath: ReversePath,
): Promise<SubmissionSenderFacts> {
  const sender = reversePath && formatAddrSpec(reversePath);
  if (login === undefined) return { submitter: undefined, sender, ownSender: false };
  const account = await directory.findAccount(login.account);
  const state: SubmitterFacts['state'] = account === undefined ? 'gone' : account.disabled ? 'disabled' : 'active';
  const ownSender = reversePath !== undefined && (await isOwnAddress(directory, login.account, reversePath));
  return { submitter: { account: login.account, state }, sender, ownSender };
}
