// Commands about the session itself: LOGIN, AUTHENTICATE, ID, ENABLE. RFC 3501 §6.2; RFC 4959 (initial response),
// RFC 2971 (ID), RFC 5161 (ENABLE).

import { charsOf } from '#base/scanner.ts';
import type { AuthenticateCommand, Command, IdParameter } from '../command.ts';
import { ID_PARAMETERS } from '../limits.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectAstring, expectAtom, expectNstring, expectString } from './strings.ts';

const BASE64_CHAR = charsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=');

// login = "LOGIN" SP userid SP password   ; both astring
export function expectLogin(scanner: CommandScanner): Command {
  scanner.expect(' ');
  const user = expectAstring(scanner);
  scanner.expect(' ');
  return { kind: 'login', user, password: expectAstring(scanner) };
}

// authenticate = "AUTHENTICATE" SP auth-type [SP (base64 / "=")]
export function expectAuthenticate(scanner: CommandScanner): AuthenticateCommand {
  scanner.expect(' ');
  const mechanism = expectAtom(scanner).toUpperCase();
  const initialResponse = scanner.eat(' ') ? expectBase64(scanner) : undefined;
  return { kind: 'authenticate', mechanism, initialResponse };
}

/** `=` alone stands for an empty response. */
function expectBase64(scanner: CommandScanner): Buffer {
  const text = scanner.take(BASE64_CHAR);
  const octets = Buffer.from(text, 'base64');
  if (text !== '=' && (text === '' || octets.toString('base64') !== text)) scanner.fail('Expected base64');
  return octets;
}

// id             = "ID" SP id-params-list
// id-params-list = "(" *(string SP nstring) ")" / nil   ; pairs are separated by SP
export function expectId(scanner: CommandScanner): Command {
  scanner.expect(' ');
  if (!scanner.eat('(')) {
    if (expectAtom(scanner).toUpperCase() !== 'NIL') scanner.fail('Expected a list or NIL');
    return { kind: 'id', parameters: undefined };
  }
  const parameters: IdParameter[] = [];
  if (!scanner.sees(')')) {
    do {
      const field = expectString(scanner);
      scanner.expect(' ');
      parameters.push([field, expectNstring(scanner)]);
    } while (scanner.eat(' '));
  }
  if (parameters.length > ID_PARAMETERS) scanner.fail('Too many parameters');
  scanner.expect(')');
  return { kind: 'id', parameters };
}

// enable = "ENABLE" 1*(SP capability)
export function expectEnable(scanner: CommandScanner): Command {
  const capabilities: string[] = [];
  scanner.expect(' ');
  do capabilities.push(expectAtom(scanner).toUpperCase());
  while (scanner.eat(' '));
  return { kind: 'enable', capabilities };
}
