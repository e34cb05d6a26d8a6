// A plan in words, before it is carried out.

import { unreachable } from '#base/unreachable.ts';
import type { CommandContext } from '../command-context.ts';
import type { StepFailure } from './carry-out.ts';
import { type Obstacle, STATE_USER } from './plan.ts';
import { type SetupStep, subjectOf } from './step.ts';

export function formatSteps(context: CommandContext, steps: readonly SetupStep[]): string {
  const { say, paint } = context;
  if (steps.length === 0) return say('setup.nothing-to-do');
  const lines = steps.flatMap((step, at) => [
    `${String(at + 1).padStart(3)}. ${nameStep(context, step)}`,
    ...textOf(step),
  ]);
  return [paint('bold', say('setup.plan')), ...lines, ''].join('\n');
}

export function nameStep({ say }: CommandContext, step: SetupStep): string {
  const subject = subjectOf(step);
  switch (step.kind) {
    case 'user':
      return say('setup.step.user', { subject });
    case 'folder':
    case 'file': {
      const owner = `${step.owner.user}:${step.owner.group}`;
      const mode = step.mode.toString(8).padStart(4, '0');
      return say(step.kind === 'folder' ? 'setup.step.folder' : 'setup.step.file', { subject, owner, mode });
    }
    case 'valija':
      return say('setup.step.valija', { subject, owner: STATE_USER });
    case 'service':
      return say('setup.step.service', { subject });
    default:
      return unreachable(step);
  }
}

/** What a file will say, for whoever wants to know it before. */
function textOf(step: SetupStep): string[] {
  if (step.kind !== 'file' || !step.path.endsWith('.toml')) return [];
  return step.text
    .trimEnd()
    .split('\n')
    .map((line) => `       ${line}`.trimEnd());
}

export function formatObstacles({ say }: CommandContext, obstacles: readonly Obstacle[]): string {
  const lines = obstacles.map((obstacle) => {
    switch (obstacle.kind) {
      case 'not-root':
        return say('setup.obstacle.not-root');
      case 'closed-folder':
        return say('setup.obstacle.closed-folder', { folder: obstacle.folder });
      case 'port-taken':
        return say('setup.obstacle.port-taken', { ports: obstacle.ports.join(', ') });
      case 'other-owner':
        return say('setup.obstacle.other-owner', { owner: obstacle.owner });
      default:
        return unreachable(obstacle);
    }
  });
  return [say('setup.obstacles'), ...lines.map((line) => `  ${line}`)].join('\n');
}

export function formatFailure(context: CommandContext, { step, message, remains }: StepFailure): string {
  const { say } = context;
  const failed = say('setup.failed', { subject: nameStep(context, step), reason: message });
  if (remains.length === 0) return `${failed}\n${say('setup.undone')}`;
  const lines = remains.map((one) => `  ${nameStep(context, one.step)}: ${one.reason}`);
  return [failed, say('setup.remains'), ...lines].join('\n');
}
