// Spanish: `valija dkim`.

import type { KeyRefusalPhrase } from '#platform/dkim-keys/refusals.ts';
import type { dkimEn } from './dkim-en.ts';

export const dkimEs: Readonly<Record<keyof typeof dkimEn, string>> = {
  'dkim.description': 'las claves que firman el correo de un dominio (DKIM)',
  'dkim.examples': `Ejemplos:
  valija dkim generate example.org
  valija dkim list
  valija dkim show example.org`,
  'dkim.generate': 'crear las claves de un dominio: RSA y Ed25519, una junto a otra',
  'dkim.generate.examples': `Ejemplos:
  valija dkim generate example.org
  valija dkim generate example.org --selector mail --type rsa
Las primeras claves de un dominio firman enseguida; las siguientes esperan a «valija dkim rotate».`,
  'dkim.list': 'listar las claves y su estado',
  'dkim.show': 'mostrar los registros que hay que publicar en el DNS',
  'dkim.show.examples': `Ejemplos:
  valija dkim show example.org
  valija dkim show example.org 202611 --json`,
  'dkim.check': 'preguntar al DNS si están los registros',
  'dkim.check.examples': `Ejemplo:
  valija dkim check example.org
Termina con 65 si no está publicada una clave que firma, o con la que hay correo firmado en camino.`,
  'dkim.rotate': 'pasar a las claves siguientes; las que están en uso se retiran',
  'dkim.rotate.examples': `Ejemplo:
  valija dkim rotate example.org     # crea las claves siguientes: publíquelas
  valija dkim rotate example.org     # un día después: firman, y las anteriores se retiran
Una clave que el DNS todavía no tiene no se pone en uso, salvo con --force. Una clave que se retira sigue publicada hasta
que ninguna cola pueda tener correo firmado por ella.`,
  'dkim.import': 'adoptar las claves, los selectores y las tablas de OpenDKIM',
  'dkim.import.examples': `Ejemplos:
  valija dkim import /etc/opendkim.conf
  valija dkim import --key-table /etc/opendkim/KeyTable --signing-table /etc/opendkim/SigningTable
  valija dkim import --domain example.org --selector mail --key-file mail.private`,
  'dkim.remove': 'quitar una clave que no está en uso',
  'dkim.remove.examples': `Ejemplo:
  valija dkim remove example.org 202511`,
  'dkim.argument.selector': 'el nombre de la clave en el DNS, como 202611',
  'dkim.argument.opendkim-conf': 'se leen sus KeyTable, SigningTable, InternalHosts, Domain, Selector y KeyFile',
  'dkim.option.selector': 'el nombre de la clave en el DNS (por omisión: el mes)',
  'dkim.option.type': 'rsa, ed25519 o both (las dos)',
  'dkim.option.bits': 'la longitud de una clave RSA; hay proveedores que no admiten más de 2048',
  'dkim.option.next': 'no usarla antes de que esté publicada: lo hará «valija dkim rotate»',
  'dkim.option.key-table': 'líneas «nombre dominio:selector:/ruta/de/la/clave»',
  'dkim.option.signing-table': 'líneas «*@example.org nombre»',
  'dkim.option.trusted-hosts': 'direcciones y redes cuyo correo se firma también',
  'dkim.option.domain': 'con --key-file: el dominio para el que firma',
  'dkim.option.selector-of-key': 'con --key-file: su selector',
  'dkim.option.key-file': 'una sola clave, en PEM',
  'dkim.option.force': 'aunque pueda haber en camino correo firmado por ella',
  'dkim.option.force-rotation': 'aunque el DNS todavía no tenga las claves siguientes',
  'dkim.none': 'Todavía no hay claves. Créelas con: valija dkim generate example.org',
  'dkim.not-found': '{domain} no tiene esa clave; véase: valija dkim list',
  'dkim.removed': 'Quitada la clave {selector} de {domain}; su registro ya puede salir del DNS.',
  'dkim.field.selector': 'Selector',
  'dkim.field.type': 'Tipo',
  'dkim.field.since': 'Desde',
  'dkim.field.signs-as': 'Firma como',
  'dkim.field.publish-until': 'Publicar hasta',
  'dkim.field.record': 'Registro',
  'dkim.field.publication': 'En el DNS',
  'dkim.publication.published': 'publicada',
  'dkim.publication.missing': 'no hay nada',
  'dkim.publication.different': 'otra clave, o ninguna',
  'dkim.publication.ambiguous': 'varios registros: deje uno',
  'dkim.publication.unknown': 'sin respuesta',
  'dkim.status.next': 'siguiente',
  'dkim.status.active': 'en uso',
  'dkim.status.retiring': 'retirándose',
  'dkim.status.revoked': 'revocada',
  'dkim.status.unusable': 'inservible',
  'dkim.unusable': 'No puede firmar: {reason}',
  'dkim.zone-line': 'Para un archivo de zona:',
  'dkim.web-form':
    'O en la página web de su proveedor de DNS: un registro TXT con el nombre {name} y, en una sola línea, el valor',
  'dkim.advice.next':
    'Todavía no se usa: publique el registro, espere a que caduquen las respuestas antiguas y después: valija dkim rotate {domain}',
  'dkim.advice.active': 'Firma ya: el registro tiene que estar en el DNS.',
  'dkim.advice.retiring': 'Ya no firma, pero queda en camino correo firmado por ella: deje el registro en el DNS.',
  'dkim.advice.revoked':
    'Ha terminado: publique la clave vacía de arriba o quite el registro; después: valija dkim remove {domain}',
  'dkim.turned.next': '{selector} ({type}): creada; publíquela ahora, y la próxima rotación la pondrá en uso.',
  'dkim.turned.active': '{selector} ({type}): firma desde ahora.',
  'dkim.turned.retiring': '{selector} ({type}): ya no firma; deje su registro en el DNS hasta el {until}.',
  'dkim.turned.revoked': '{selector} ({type}): ha terminado.',
  'dkim.import.nothing':
    'no hay nada que adoptar: indique opendkim.conf, o --key-table y --signing-table, o --domain, --selector y --key-file',
  'dkim.import.one-key': '--key-file necesita --domain y --selector',
  'dkim.import.no-file': 'no existe el archivo {file}',
  'dkim.import.unreadable': 'no se puede leer: {reason}',
  'dkim.import.dataset': '{name} «{dataset}»: solo se leen archivos, refile: y listas; escríbalo antes en un archivo',
  'dkim.import.failed': '{author}, {selector}: no adoptada: {reason}',
  'dkim.import.hosts': 'De quién se firma el correo sin identificación, para valija.toml:\n{line}',
  'dkim.import.remark.no-such-key': 'SigningTable nombra la clave «{name}», que no está en KeyTable',
  'dkim.import.remark.unused-key': 'ninguna línea de SigningTable nombra la clave «{name}»: no se adopta',
  'dkim.import.remark.malformed': '«{text}» no se entiende',
  'dkim.import.remark.single-address': '«{text}»: aquí las claves firman para dominios enteros; no se adopta',
  'dkim.import.remark.any-author':
    '«{text}»: aquí las claves firman para dominios con nombre; se adopta solo para el dominio de la clave',
  'dkim.import.remark.below-domain':
    '«{text}»: se adopta para el propio dominio; dkim_sign_subdomains firma para los que están debajo',
  'dkim.import.remark.wild-domain': '«{text}»: ninguna tabla dice qué dominios son; no se adopta: nómbrelos',
  'dkim.import.remark.shadowed':
    '«{text}»: una línea anterior firma ya para ese dominio (MultipleSignatures no está puesto); no se adopta',
  'dkim.import.remark.excluded-host':
    '«{text}»: aquí no se excluye nada de una red; indique lo que queda en dkim_internal_hosts',
  'dkim.import.remark.setting':
    'opendkim.conf dice «{text}»; aquí las firmas se hacen de otro modo: véase docs/dkim.md',
  'dkim.import.remark.host-name': '«{text}» no es una dirección ni una red: no se adopta',
};

/** What the keys' administration refuses. */
export const dkimRefusalsEs: Readonly<Record<KeyRefusalPhrase, string>> = {
  'dkim-domain-malformed': '«{given}» no es un nombre de dominio; la forma es example.org',
  'dkim-selector-malformed':
    '«{given}» no es un selector; tiene letras, cifras, - y _, en partes separadas por puntos, como s202611',
  'dkim-bits-unusable': 'una clave RSA tiene de {least} a {most} bits; los receptores esperan 2048',
  'dkim-key-unusable': 'esta clave no sirve: {reason}',
  'dkim-selector-taken': '{domain} ya tiene una clave con el selector {selector}',
  'dkim-no-keys': '{domain} no tiene claves; créelas con: valija dkim generate {domain}',
  'dkim-key-not-found': '{domain} no tiene ninguna clave con el selector {selector}; véase: valija dkim list {domain}',
  'dkim-key-active': 'la clave {selector} de {domain} está en uso; antes: valija dkim rotate {domain}',
  'dkim-key-retiring':
    'puede haber en camino correo firmado por la clave {selector} de {domain} hasta el {until}; --force la quita igualmente',
  'dkim-record-missing':
    'no hay nada publicado en {name}: el correo no pasaría la verificación; publique lo que dice «valija dkim show {domain}», o --force',
  'dkim-record-different':
    'lo publicado en {name} es otra clave: el correo no pasaría la verificación; véase: valija dkim show {domain}; --force cambia igualmente',
  'dkim-record-ambiguous':
    'hay varias claves publicadas en {name} y los receptores toman cualquiera: deje una; véase: valija dkim show {domain}; --force cambia igualmente',
  'dkim-record-unknown':
    'el DNS no ha respondido por {name}: nadie puede decir si la clave está publicada; inténtelo otra vez, o --force',
};
