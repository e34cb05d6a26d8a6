// A question to a policy service, as Postfix puts it (SMTPD_POLICY_README): attributes, one a line, and an empty line.
//
//   request   = *attribute LF
//   attribute = name "=" value LF           ; neither LF nor NUL in a value

import { err, ok, type Result } from '#base/result.ts';

/** In the order in which they are sent. */
export type PolicyAttributes = Readonly<Record<string, string>>;

const FORBIDDEN = /[\n\0]/;

/** The error names the attribute whose value would be read as more than that. */
export function formatPolicyRequest(attributes: PolicyAttributes): Result<string, string> {
  let request = '';
  for (const [name, value] of Object.entries(attributes)) {
    if (FORBIDDEN.test(value)) return err(`the value of ${name} has a line end or NUL in it`);
    request += `${name}=${value}\n`;
  }
  return ok(`${request}\n`);
}
