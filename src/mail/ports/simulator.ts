// Judges what never came: a made-up client by the settings in force or by others, without effect; and what came once, again.
// The error says, for a person, why that cannot be done.

import type { Result } from '#base/result.ts';
import type { ReportedSimulation } from '#mail/simulation/outcome.ts';
import type { SimulationQuestion } from '#mail/simulation/question.ts';
import type { ReplayOutcome } from '#mail/simulation/replay/outcome.ts';

/** A configuration that is not in force. */
export interface OtherConfig {
  /** Its name, for complaints and relative paths. */
  readonly file: string;
  readonly text: string;
}

export interface SimulationRequest {
  readonly question: SimulationQuestion;
  /** A zone file: the whole DNS of this simulation. */
  readonly zone?: string | undefined;
  readonly config?: OtherConfig | undefined;
}

export interface ReplayRequest {
  readonly config: OtherConfig;
  /** So many stories, the newest. */
  readonly last: number;
  readonly sinceMs?: number | undefined;
}

export interface Simulator {
  replay(request: ReplayRequest): Promise<Result<ReplayOutcome, string>>;
  simulate(request: SimulationRequest): Promise<Result<ReportedSimulation, string>>;
}
