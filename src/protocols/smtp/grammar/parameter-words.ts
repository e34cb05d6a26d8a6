// MAIL and RCPT taken apart again, as milters are told of them: the path first, then each parameter as a client writes it.
// RFC 5321 §4.1.2, RFC 1870 §5, RFC 3461 §4, RFC 4954 §5, RFC 8689 §2.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { MailParameters } from './mail-parameters.ts';
import { formatPath } from './path.ts';
import type { RcptParameters } from './rcpt-parameters.ts';
import { formatXtext } from './xtext.ts';

type WordedParameters = Pick<MailParameters, 'declaredSizeBytes' | 'body' | 'smtpUtf8' | 'auth' | 'dsn' | 'requireTls'>;

export function mailWords(reversePath: AddrSpec | undefined, parameters: WordedParameters): readonly string[] {
  const { declaredSizeBytes, body, smtpUtf8, auth, dsn, requireTls } = parameters;
  return [
    formatPath(reversePath),
    ...(declaredSizeBytes === undefined ? [] : [`SIZE=${declaredSizeBytes}`]),
    ...(body === '7BIT' ? [] : [`BODY=${body}`]),
    ...(smtpUtf8 ? ['SMTPUTF8'] : []),
    ...(auth === undefined ? [] : [`AUTH=${formatXtext(auth)}`]),
    ...(dsn.ret === undefined ? [] : [`RET=${dsn.ret}`]),
    ...(dsn.envid === undefined ? [] : [`ENVID=${formatXtext(dsn.envid)}`]),
    ...(requireTls === true ? ['REQUIRETLS'] : []),
  ];
}

export function rcptWords(forwardPath: AddrSpec, { notify, orcpt }: RcptParameters): readonly string[] {
  return [
    formatPath(forwardPath),
    ...(notify === undefined ? [] : [`NOTIFY=${notify.join(',')}`]),
    ...(orcpt === undefined ? [] : [`ORCPT=${formatOrcpt(orcpt)}`]),
  ];
}

// original-recipient-address = addr-type ";" xtext
function formatOrcpt(orcpt: string): string {
  const semicolon = orcpt.indexOf(';') + 1;
  const octets = Buffer.from(orcpt.slice(semicolon)).toString('latin1');
  return `${orcpt.slice(0, semicolon)}${formatXtext(octets)}`;
}
