// Judges what never came: a made-up client by the settings in force or by others, without effect; and what came once, again.
// The error says, for a person, why that cannot be done.

import type { Result } from '#base/result.ts';
import type { ReportedSimulation } from '#mail/simulation/outcome.ts';
import type { SimulationQuestion } from '#mail/simulation/question.ts';

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

export interface Simulator {
  simulate(request: SimulationRequest): Promise<Result<ReportedSimulation, string>>;
}
