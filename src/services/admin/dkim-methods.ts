// `dkim.*`: the keys that sign mail, over the control socket. A secret key comes in with an import, and never goes out.

import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';
import { SIGNING_ALGORITHMS } from '#protocols/dkim/algorithm.ts';
import { directoryOutcome, listed, method } from './params.ts';

const USUAL_RSA_BITS = 2048;

export function dkimMethods(keys: SigningKeyAdmin): readonly (readonly [string, ControlMethod])[] {
  return [
    ['dkim.list', method(async (params) => listed(await keys.list(params.optionalText('name'))))],
    [
      'dkim.generate',
      method(async (params) => {
        const algorithm = params.optionalWord('algorithm', SIGNING_ALGORITHMS);
        const wanted = {
          domain: params.text('name'),
          selector: params.optionalText('selector'),
          algorithms: algorithm === undefined ? SIGNING_ALGORITHMS : [algorithm],
          bits: params.optionalNumber('bits') ?? USUAL_RSA_BITS,
          asNext: params.optionalBoolean('asNext') ?? false,
        };
        return directoryOutcome(await keys.generate(wanted));
      }),
    ],
    [
      'dkim.rotate',
      method(async (params) => {
        const force = params.optionalBoolean('force') ?? false;
        return directoryOutcome(await keys.rotate(params.text('name'), force));
      }),
    ],
    ['dkim.check', method(async (params) => directoryOutcome(await keys.check(params.text('name'))))],
    [
      'dkim.import',
      method(async (params) => {
        const author = params.text('name');
        const domain = params.optionalText('domain') ?? author;
        const key = { author, domain, selector: params.text('selector'), secretKey: params.text('secretKey') };
        return directoryOutcome(await keys.importKey(key));
      }),
    ],
    [
      'dkim.remove',
      method(async (params) => {
        const force = params.optionalBoolean('force') ?? false;
        return directoryOutcome(await keys.remove(params.text('name'), params.text('selector'), force));
      }),
    ],
  ];
}
