// The file of an authority of one's own, in PEM, that an option names.

import { readFileSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';

/** Throws CommandFailure: the file cannot be read, or there is no certificate in it. */
export function readTrustedAuthorities({ say }: Pick<CommandContext, 'say'>, file: string): string {
  const text = readText(file);
  if (text === undefined) throw new CommandFailure(EXIT.noInput, say('tls.ca-file.unreadable', { file }));
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CommandFailure(EXIT.data, say('tls.ca-file.no-certificate', { file }));
  }
  return text;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
