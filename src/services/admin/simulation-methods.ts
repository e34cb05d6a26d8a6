// `upload`, `simulate` and `replay`, over the control socket. Questions may bear a message and a configuration, answers the findings of
// hundreds of rules: both travel in pieces.

import { err, ok, type Result } from '#base/result.ts';
import { optional, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { ControlFault, ControlMethod } from '#mail/ports/control-method.ts';
import type { SimulationRequest, Simulator } from '#mail/ports/simulator.ts';
import { parseSimulationQuestion } from '#mail/simulation/question.ts';
import { method } from './params.ts';
import { inPieces, Uploads } from './uploads.ts';

export function simulationMethods(simulator: Simulator): readonly (readonly [string, ControlMethod])[] {
  const uploads = new Uploads();
  return [
    ['upload', method(async (params) => uploads.add(params.text('name'), Buffer.from(params.text('piece'), 'base64')))],
    [
      'simulate',
      method(async (params) => {
        const request = uploads.take(params.text('upload'));
        const parsed = request.ok ? parseSimulationRequest(request.value) : request;
        return parsed.ok ? answered(await simulator.simulate(parsed.value)) : parsed;
      }),
    ],
    [
      'replay',
      method(async (params) => {
        const request = uploads.take(params.text('upload'));
        if (!request.ok) return request;
        if (!isReplayRequest(request.value))
          return err({ code: 'bad-request', message: 'a replay needs a configuration' });
        return answered(await simulator.replay(request.value));
      }),
    ],
  ];
}

/** Of a configuration or a zone. */
const LONGEST_FILE_CHARS = 4 * 1024 * 1024;

const isConfig = shape({ file: textOf(4_096), text: textOf(LONGEST_FILE_CHARS) });
const isRequest = shape({ zone: optional(textOf(LONGEST_FILE_CHARS)), config: optional(isConfig) });
const isReplayRequest = shape({ config: isConfig, last: wholeNumber, sinceMs: optional(wholeNumber) });

function parseSimulationRequest(value: unknown): Result<SimulationRequest, ControlFault> {
  if (!isRequest(value)) return err({ code: 'bad-request', message: 'the request of a simulation is malformed' });
  const question = parseSimulationQuestion('question' in value ? value.question : undefined);
  if (!question.ok) return err({ code: 'refused', message: question.error });
  return ok({ question: question.value, zone: value.zone, config: value.config });
}

function answered(outcome: Result<unknown, string>): Result<unknown, ControlFault> {
  return outcome.ok ? ok(inPieces(outcome.value)) : err({ code: 'refused', message: outcome.error });
}
