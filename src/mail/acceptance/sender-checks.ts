// Whose mail is checked for its origin, what is written down of it, and the fields that tell others: mail that strangers
// bring to port 25. Who logged in, is in `mynetworks`, or belongs to the house, is known already.

import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { trustIn } from './client-trust.ts';
import type { ReversePath, SessionFacts } from './envelope.ts';
import { printable } from './log-lines.ts';

export interface SenderCheckQuestion {
  readonly queueId: string;
  readonly session: SessionFacts;
  readonly reversePath: ReversePath;
  readonly content: MessageContent;
}

/** `undefined` where nothing is checked. Throws WorldError when the content cannot be read. */
export async function checkSender(
  { senderChecks, settings, journeyLog, log }: AcceptanceWorld,
  { queueId, session, reversePath, content }: SenderCheckQuestion,
): Promise<AuthenticationFacts | undefined> {
  if (senderChecks === undefined || session.profile !== 'smtp' || trustIn(session, settings) !== 'stranger') {
    return undefined;
  }
  const { clientAddress } = session.connection;
  const findings = await senderChecks.authentication.judge({
    clientAddress,
    helo: session.helo,
    reversePath: reversePath === undefined ? '' : formatAddrSpec(reversePath),
    receiver: settings.myhostname,
    content,
  });
  journeyLog.record(queueId, { kind: 'sender-checked', findings });
  log.write('info', 'sender-auth', `${queueId}: ${printable(summaryOf(findings))}`);
  return { queueId, clientAddress, findings, policy: senderChecks.policy };
}

/** `spf=pass (example.org), dkim=pass (example.org), dmarc=pass (example.org, p=reject)`. */
function summaryOf({ spf, dkim, dmarc, arc }: AuthenticationFindings): string {
  const policy = dmarc.policy === undefined ? '' : `, p=${dmarc.policy}`;
  return [
    `spf=${spf.result} (${spf.domain})`,
    ...(dkim.length === 0 ? ['dkim=none'] : dkim.map(({ result, domain }) => `dkim=${result} (${domain})`)),
    `dmarc=${dmarc.result} (${dmarc.domain ?? 'no author'}${policy})`,
    ...(arc.result === 'none' ? [] : [`arc=${arc.result}`]),
  ].join(', ');
}
