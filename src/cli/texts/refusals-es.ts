// What the directory and the keys' administration refuse, in Spanish; in English its own words are taken.

import type { RefusalPhrase } from '#platform/directory/refusals.ts';
import type { KeyRefusalPhrase } from '#platform/dkim-keys/refusals.ts';
import { LEAST_SECRET_CHARACTERS, MOST_SECRET_OCTETS } from '#platform/passwords/secret.ts';
import { dkimRefusalsEs } from './dkim-es.ts';

type CertificateRefusalPhrase =
  | 'certificate-unknown'
  | 'certificate-not-issued'
  | 'authority-busy'
  | 'revocation-failed';

export const REFUSALS_ES: Readonly<
  Record<
    RefusalPhrase | KeyRefusalPhrase | CertificateRefusalPhrase | 'domain-overlaps' | 'no-update-server' | 'no-zone',
    string
  >
> = {
  ...dkimRefusalsEs,

  'domain-malformed': '«{given}» no es un nombre de dominio; la forma es example.org',
  'domain-exists': 'el dominio {domain} ya existe',
  'domain-not-found': 'aquí no hay ningún dominio {domain}; créelo con: valija domain add {domain}',
  'domain-overlaps': 'el dominio {domain} está ya en {setting}, en valija.toml; un dominio es de una sola clase',
  'no-update-server': 'ningún servidor de nombres acepta cambios: ponga dns_update_server y dns_update_key_file',
  'no-zone': 'nadie sirve una zona de {domain} que se pueda cambiar',
  'certificate-unknown': 'aquí no se pide a ninguna autoridad un certificado para {id}; véase: valija tls list',
  'certificate-not-issued': 'aquí ninguna autoridad ha emitido un certificado {id}; véase: valija tls list',
  'authority-busy': 'en este momento se está pidiendo un certificado a una autoridad; inténtelo cuando termine',
  'revocation-failed': 'el certificado {id} no se ha revocado: {reason}',
  'domain-in-use': 'al dominio {domain} le quedan {accounts} cuentas y {aliases} alias; quítelos antes',
  'domain-of-address':
    '{address} es todavía una dirección de {account}; quítela antes: valija account set {account} --remove-address {address}',
  'catch-all-not-account': 'la dirección recoge-todo {address} no es una cuenta de este servidor; cree antes la cuenta',

  'address-malformed': '«{given}» no es una dirección de correo; la forma es usuario@example.org',
  'address-taken-by-account': 'la dirección {address} ya es de la cuenta {owner}',
  'address-taken-by-alias': 'la dirección {address} ya es un alias; véase: valija alias show {address}',
  'address-not-of-account': 'la cuenta {account} no tiene la dirección {address}',
  'own-address-stays': '{address} es el nombre de la propia cuenta y no se le puede quitar',

  'account-exists': 'la cuenta {address} ya existe',
  'account-not-found': 'no hay ninguna cuenta {address}; véase: valija account list',
  'account-elsewhere': '{address} viene del directorio {source}; cámbielo allí',
  'account-catches-all':
    '{address} es el recoge-todo de {domain}; cámbielo antes: valija domain set {domain} --no-catch-all',
  'display-name-malformed': 'un nombre tiene como mucho {most} caracteres, y ninguno de control',
  'quota-malformed': 'una cuota es un número entero de bytes de 0 (sin límite) a {most}',
  'hash-malformed': 'este hash no sirve: {reason}',

  'alias-exists': 'el alias {address} ya existe; cámbielo con: valija alias set {address} DESTINO…',
  'alias-not-found': 'no hay ningún alias {address}; véase: valija alias list',
  'alias-without-targets': 'el alias {address} necesita al menos una dirección a la que llevar',
  'alias-too-many-targets': 'un alias lleva como mucho a {most} direcciones',
  'alias-to-itself': 'el alias {address} no puede llevar solo a sí mismo',

  'password-too-short': `una contraseña tiene al menos ${LEAST_SECRET_CHARACTERS} caracteres`,
  'password-too-long': `una contraseña tiene como mucho ${MOST_SECRET_OCTETS} octetos`,
  'password-control-character': 'una contraseña no puede tener caracteres de control (tabuladores, fines de línea…)',
  'password-unusable-character': 'la contraseña tiene caracteres que los programas de correo no pueden enviar',
};
