// Files that only root can read, looked at now and then: certificates are renewed without anybody telling us. Their content
// is bytes that nobody looks at; that they have changed is seen from outside.

import { statSync } from 'node:fs';
import { readSecret, type Secret } from './settings.ts';
import { StartFailure } from './start-failure.ts';

export class SecretWatch {
  #stamps: ReadonlyMap<string, string> = new Map();

  /** All of them anew where one has changed. One that cannot be read stays as it was: the next look may find it. */
  look(secrets: readonly Secret[]): readonly Secret[] | undefined {
    const before = this.#stamps;
    this.#stamps = new Map(secrets.map(({ file }) => [file, stampOf(file)]));
    const isChanged = secrets.some(({ file }) => before.has(file) && before.get(file) !== this.#stamps.get(file));
    return isChanged ? secrets.map(readAgain) : undefined;
  }
}

function readAgain(former: Secret): Secret {
  try {
    return readSecret(former.file);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    return former;
  }
}

/** Of where symbolic links lead. */
function stampOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return 'none';
  }
}
