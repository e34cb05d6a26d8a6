// The commands as a table: in which state each is allowed, and what the client may hear of its mailbox when it ends.
// Adding one is a line here, a file in this folder, a member of `Command`. RFC 3501 §6.

import type { Command, CommandKind } from '../command.ts';
import { bad, type Move } from '../move.ts';
import type { SelectedMailbox } from '../selected-mailbox.ts';
import type { LiveState, UpdateRule } from '../state.ts';
import { runAppend } from './append.ts';
import { runAuthenticate } from './authenticate.ts';
import { runCapability } from './capability.ts';
import { runClose, runUnselect } from './close.ts';
import { runCreate } from './create.ts';
import { runDelete } from './delete.ts';
import { runEnable } from './enable.ts';
import { runExpunge } from './expunge.ts';
import { runFetch } from './fetch.ts';
import { runId } from './id.ts';
import { runIdle } from './idle.ts';
import { runList } from './list.ts';
import { runLogin } from './login.ts';
import { runLogout } from './logout.ts';
import { runLsub } from './lsub.ts';
import { runNamespace } from './namespace.ts';
import { runNoop } from './noop.ts';
import { runRename } from './rename.ts';
import { runSearch } from './search.ts';
import { runSelect } from './select.ts';
import { runStartTls } from './starttls.ts';
import { runStatus } from './status.ts';
import { runStore } from './store.ts';
import { runSubscribe } from './subscribe.ts';
import { runTransfer } from './transfer.ts';

type CommandOf<K extends CommandKind, C = Command> = C extends { kind: infer Kind }
  ? K extends Kind
    ? C & { readonly kind: K }
    : never
  : never;

type Rule<C> =
  | {
      /** `authenticated`: with or without a mailbox selected. */
      readonly in: 'any' | 'not-authenticated' | 'authenticated';
      readonly updates: UpdateRule;
      run(command: C, state: LiveState, tag: string): Move;
    }
  | {
      readonly in: 'selected';
      readonly updates: UpdateRule;
      run(command: C, mailbox: SelectedMailbox, state: LiveState, tag: string): Move;
    };

const COMMANDS: { readonly [K in CommandKind]: Rule<CommandOf<K>> } = {
  capability: { in: 'any', updates: 'all', run: runCapability },
  noop: { in: 'any', updates: 'all', run: runNoop },
  logout: { in: 'any', updates: 'none', run: runLogout },
  id: { in: 'any', updates: 'all', run: runId },

  starttls: { in: 'not-authenticated', updates: 'none', run: runStartTls },
  authenticate: { in: 'not-authenticated', updates: 'none', run: runAuthenticate },
  login: { in: 'not-authenticated', updates: 'none', run: runLogin },

  enable: { in: 'authenticated', updates: 'all', run: runEnable },
  select: { in: 'authenticated', updates: 'none', run: runSelect },
  examine: { in: 'authenticated', updates: 'none', run: runSelect },
  create: { in: 'authenticated', updates: 'all', run: runCreate },
  delete: { in: 'authenticated', updates: 'all', run: runDelete },
  rename: { in: 'authenticated', updates: 'all', run: runRename },
  subscribe: { in: 'authenticated', updates: 'all', run: runSubscribe },
  unsubscribe: { in: 'authenticated', updates: 'all', run: runSubscribe },
  list: { in: 'authenticated', updates: 'all', run: runList },
  lsub: { in: 'authenticated', updates: 'all', run: runLsub },
  status: { in: 'authenticated', updates: 'all', run: runStatus },
  append: { in: 'authenticated', updates: 'all', run: runAppend },
  namespace: { in: 'authenticated', updates: 'all', run: runNamespace },
  idle: { in: 'authenticated', updates: 'all', run: runIdle },

  check: { in: 'selected', updates: 'all', run: (command, _mailbox, state) => runNoop(command, state) },
  close: { in: 'selected', updates: 'none', run: runClose },
  unselect: { in: 'selected', updates: 'none', run: runUnselect },
  expunge: { in: 'selected', updates: 'all', run: runExpunge },
  search: { in: 'selected', updates: 'keep-numbers', run: runSearch },
  fetch: { in: 'selected', updates: 'keep-numbers', run: runFetch },
  store: { in: 'selected', updates: 'keep-numbers', run: runStore },
  copy: { in: 'selected', updates: 'all', run: runTransfer },
  move: { in: 'selected', updates: 'all', run: runTransfer },
};

/** UID commands name messages by what does not shift: RFC 3501 §7.4.1 allows EXPUNGE in them. */
export function updatesOf(command: Command): UpdateRule {
  const { updates } = COMMANDS[command.kind];
  return updates === 'keep-numbers' && 'uid' in command && command.uid ? 'all' : updates;
}

export function runCommand(command: Command, state: LiveState, tag: string): Move {
  const rule: Rule<Command> = COMMANDS[command.kind];
  switch (rule.in) {
    case 'any':
      return rule.run(command, state, tag);
    case 'not-authenticated':
      return state.phase === 'not-authenticated' ? rule.run(command, state, tag) : bad('Already logged in');
    case 'authenticated':
      return state.phase === 'not-authenticated' ? bad('Log in first') : rule.run(command, state, tag);
    case 'selected':
      return state.phase === 'selected'
        ? rule.run(command, state.mailbox, state, tag)
        : bad(state.phase === 'authenticated' ? 'No mailbox is selected' : 'Log in first');
  }
}
