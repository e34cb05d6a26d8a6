// A command, by what it does in each state: where it has nothing to do, it may not come. What it does to the world
// stands in the effects of its step. `argument` is what stands behind the verb and one space, spaces included.

import type { AuthorizationState, TransactionState } from './state.ts';
import type { Step } from './step.ts';

export type Argument = string | undefined;

export interface Pop3Command {
  readonly authorization?: (state: AuthorizationState, argument: Argument) => Step;
  readonly transaction?: (state: TransactionState, argument: Argument) => Step;
}
