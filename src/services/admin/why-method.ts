// `why`: the stories of messages over the control socket. What is asked for is a search, and every part of it is optional.

import { ok } from '#base/result.ts';
import { packStories } from '#mail/journey/story-items.ts';
import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { JourneyArchive } from '#mail/ports/journey-log.ts';
import { given, method } from './params.ts';

const STORIES = 20;
const MOST_STORIES = 1_000;

export function whyMethods(journeys: JourneyArchive): readonly (readonly [string, ControlMethod])[] {
  return [
    [
      'why',
      method(async (params) => {
        const search = given({
          about: params.optionalText('about'),
          from: params.optionalText('from'),
          to: params.optionalText('to'),
          client: params.optionalText('client'),
          sinceMs: params.optionalNumber('sinceMs'),
          untilMs: params.optionalNumber('untilMs'),
        });
        const limit = Math.min(Math.max(1, params.optionalNumber('limit') ?? STORIES), MOST_STORIES);
        return ok(packStories(await journeys.find({ ...search, limit })));
      }),
    ],
  ];
}
