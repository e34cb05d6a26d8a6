// Restrictions that ask nothing: they decide, or make what others decide softer.

import { mistake } from '#base/mistakes/mistake.ts';
import { err, ok } from '#base/result.ts';
import { ask } from './fact.ts';
import { plain } from './kinds.ts';
import { deferIfPermit, deferIfReject, type Opinion, PERMIT, refuse } from './opinion.ts';
import type { JudgedCommand, RestrictionKind, RestrictionKinds } from './restriction.ts';

function permit(): Opinion {
  return PERMIT;
}

function reject({ settings, subject }: JudgedCommand): Opinion {
  return refuse(settings.reject_code, '7.1', `<${subject.name}>: ${subject.what} rejected: Access denied`);
}

function defer({ settings, subject }: JudgedCommand): Opinion {
  return refuse(settings.defer_code, '3.2', `<${subject.name}>: ${subject.what} rejected: Try again later`);
}

function deferPermission({ subject: { name, what } }: JudgedCommand): Opinion {
  return deferIfPermit(450, '7.0', `<${name}>: ${what} rejected: defer_if_permit requested`);
}

function deferRejection({ subject: { name, what } }: JudgedCommand): Opinion {
  return deferIfReject(450, '7.0', `<${name}>: ${what} rejected: defer_if_reject requested`);
}

const LONGEST_SLEEP_SECONDS = 300;

const sleep: RestrictionKind = {
  needs: 'client',
  argument: mistake('argument-seconds', { most: LONGEST_SLEEP_SECONDS }),
  build: (argument) => {
    const seconds = /^[0-9]{1,3}$/.test(argument) ? Number(argument) : Number.NaN;
    if (!(seconds <= LONGEST_SLEEP_SECONDS)) return err(mistake('seconds-none', { text: JSON.stringify(argument) }));
    return ok({
      *restriction() {
        yield* ask({ kind: 'pause', seconds });
        return undefined;
      },
      uses: [],
    });
  },
};

export const UNCONDITIONAL: RestrictionKinds = {
  permit: plain('client', permit),
  reject: plain('client', reject),
  defer: plain('client', defer),
  defer_if_permit: plain('client', deferPermission),
  defer_if_reject: plain('client', deferRejection),
  sleep,
};
