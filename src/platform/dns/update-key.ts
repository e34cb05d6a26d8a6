// The key of dynamic updates, in the forms in which name servers' own tools write it: BIND's `key "name" { … };` of tsig-keygen,
// knot's `# algorithm:name:secret` of keymgr, and that line alone, as nsupdate -y takes it.

import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { TSIG_ALGORITHMS, type TsigAlgorithm } from './tsig.ts';

export interface UpdateKey {
  readonly keyName: string;
  readonly algorithm: TsigAlgorithm;
  /** Base64. */
  readonly secret: string;
}

const LONGEST_FILE = 16_384;
const BIND = /^[ \t]*key[ \t]+"?([^\s"{]+)"?\s*\{([^}]*)\}/m;
/** At the beginning of a line, or of a statement: comments stand before others. */
const ALGORITHM = /(?:^|;)[ \t]*algorithm[ \t]+"?([^\s";]+)/m;
const SECRET = /(?:^|;)[ \t]*secret[ \t]+"?([^\s";]+)/m;
const LINE = /^#?[ \t]*(?:(hmac-[a-z0-9-]+):)?([A-Za-z0-9._-]+):([A-Za-z0-9+/]+=*)[ \t\r]*$/m;

export function readUpdateKeyFile(file: string): UpdateKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new WorldError(`read the key of dynamic updates ${file}`, { transient: false, cause });
  }
  const key = parseUpdateKey(text);
  if (!key.ok) throw new WorldError(`the key of dynamic updates ${file}: ${key.error}`, { transient: false });
  return key.value;
}

export function parseUpdateKey(text: string): Result<UpdateKey, string> {
  const source = text.slice(0, LONGEST_FILE);
  const bind = BIND.exec(source);
  const line = LINE.exec(source);
  const [keyName = '', algorithm = 'hmac-sha256', secret = ''] =
    bind === null
      ? [line?.[2], line?.[1], line?.[3]]
      : [bind[1], ALGORITHM.exec(bind[2] ?? '')?.[1], SECRET.exec(bind[2] ?? '')?.[1]];
  if (keyName === '' || secret === '') return err('it holds no key such as `tsig-keygen` writes');
  const known = TSIG_ALGORITHMS.find((each) => each === algorithm.toLowerCase().replace(/\.$/, ''));
  if (known === undefined) return err(`its algorithm ${algorithm} is none of ${TSIG_ALGORITHMS.join(', ')}`);
  return ok({ keyName, algorithm: known, secret });
}
