// What a user's `~/.forward` asks for, all files that it includes read: the addresses to send copies to, the commands and
// files, and whether the user keeps a copy. Without one, the user keeps the message.

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { AliasTarget } from '#mail/routing/aliases/alias-target.ts';
import { deferred, type MailboxFault } from '#platform/mbox/mailbox-fault.ts';
import { LONGEST_FORWARDS_BYTES, MOST_FORWARDS } from './delivery-answer.ts';
import { type ForwardOwner, forwardPaths, readForward, readIncluded } from './dot-forward.ts';

export interface ForwardPlan {
  readonly addresses: ReadonlySet<string>;
  readonly commands: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly keepsCopy: boolean;
}

export interface ForwardQuestion extends ForwardOwner {
  readonly user: string;
  /** This mail's own address: to name it in `~/.forward` is to keep a copy, not a loop. */
  readonly recipient: string;
  readonly delimiter: string;
  readonly extension: string | undefined;
}

const MOST_INCLUDES = 20;

interface Expansion {
  readonly addresses: Set<string>;
  readonly commands: Set<string>;
  readonly files: Set<string>;
  readonly includes: Set<string>;
  keepsCopy: boolean;
}

export async function planForwards(question: ForwardQuestion): Promise<Result<ForwardPlan, MailboxFault>> {
  const { home, delimiter, extension } = question;
  const targets = await readForward(forwardPaths(home, delimiter, extension), question);
  if (!targets.ok) return targets;
  const plan: Expansion = {
    addresses: new Set(),
    commands: new Set(),
    files: new Set(),
    includes: new Set(),
    keepsCopy: targets.value.length === 0,
  };
  for (const target of targets.value) take(plan, question, target, true);
  // The set grows while it is gone through: included files may include others, each is read once.
  for (const path of plan.includes) {
    if (plan.includes.size > MOST_INCLUDES) return err(deferred('4.3.5', `more than ${MOST_INCLUDES} files included`));
    const included = await readIncluded(path, question);
    if (!included.ok) return included;
    for (const target of included.value) take(plan, question, target, false);
  }
  const count = plan.addresses.size + plan.commands.size + plan.files.size;
  // An included list may be empty, or name only what it may not: nobody's mail is thrown away for that.
  plan.keepsCopy ||= count === 0;
  if (count > MOST_FORWARDS) return err(deferred('4.3.5', `more than ${MOST_FORWARDS} targets`));
  const bytes = Buffer.byteLength(JSON.stringify([...plan.addresses]));
  if (bytes <= LONGEST_FORWARDS_BYTES) return ok(plan);
  return err(
    deferred('4.3.5', `addresses of more than ${LONGEST_FORWARDS_BYTES} octets; make a list of them in alias_maps`),
  );
}

/** What stands in an included file is not given to a shell and names no file: `allow_mail_to_commands = alias, forward`. */
function take(plan: Expansion, { user, recipient }: ForwardQuestion, target: AliasTarget, mayAct: boolean): void {
  switch (target.kind) {
    case 'address':
      if (target.address.toLowerCase() === recipient.toLowerCase()) plan.keepsCopy = true;
      else plan.addresses.add(target.address);
      return;
    case 'local-name':
      if (target.name === user) plan.keepsCopy = true;
      else plan.addresses.add(target.name);
      return;
    case 'command':
      if (mayAct) plan.commands.add(target.command);
      return;
    case 'file':
      if (mayAct) plan.files.add(target.path);
      return;
    case 'include':
      plan.includes.add(target.path);
      return;
    default:
      unreachable(target);
  }
}
