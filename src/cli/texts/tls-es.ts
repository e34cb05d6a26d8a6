// `valija tls`, en español.

import type { tlsEn } from './tls-en.ts';

export const tlsEs: Readonly<Record<keyof typeof tlsEn, string>> = {
  'tls.description': 'certificados: cuáles se sirven, de dónde vienen y hasta cuándo valen',
  'tls.examples': `Ejemplos:
  valija tls list
  valija tls check                   # se conecta a cada puerto, como los programas de correo
  valija tls renew                   # pide todos a las autoridades, ahora
  valija tls renew example.org
  valija tls revoke example.org --reason keycompromise`,
  'tls.list': 'lista los certificados, cuándo caducan y qué falló la última vez',
  'tls.renew': 'vuelve a mirar los ficheros y pide ahora certificados nuevos a las autoridades',
  'tls.renew.examples': `Ejemplos:
  valija tls renew
  valija tls renew example.org
Los certificados se renuevan solos cuando han pasado dos tercios de su vida. Las autoridades limitan cuántos emiten por
semana: pídalos a mano solo cuando haya arreglado algo.`,
  'tls.revoke': 'hace que la autoridad anule un certificado suyo y pide otro con una clave nueva',
  'tls.revoke.examples': `Ejemplos:
  valija tls revoke example.org --reason keycompromise
No tiene vuelta atrás. Renovar no lo necesita; una clave que otros puedan tener, sí. El certificado nuevo tiene otra clave:
los registros TLSA de la anterior dejan de valer (valija domain check).`,
  'tls.option.reason': 'por qué: {reasons}',
  'tls.revoked': '{id}: revocado por {authority}. Se pide otro con una clave nueva: valija tls list',
  'tls.revoke.bad-reason': '«{given}» no es un motivo; los hay: {reasons}',
  'tls.check': 'se conecta a cada puerto y cuenta lo que ven los programas de correo',
  'tls.check.examples': `Ejemplos:
  valija tls check
  valija tls check --CAfile autoridad.pem    # se fía también de una autoridad propia`,
  'tls.argument.id': 'como está en la primera columna de «valija tls list»',
  'tls.option.ca-file': 'certificados PEM de los que fiarse además de los del sistema',
  'tls.ca-file.unreadable': 'no se puede leer {file}: ¿existe, y tiene usted permiso?',
  'tls.ca-file.no-certificate': 'no hay ningún certificado en {file} (se espera PEM)',
  'tls.field.certificate': 'Certificado',
  'tls.field.names': 'Nombres',
  'tls.field.issuer': 'Emisor',
  'tls.field.source': 'De',
  'tls.field.days': 'Días',
  'tls.field.renewal': 'Renovación',
  'tls.field.port': 'Puerto',
  'tls.field.service': 'Servicio',
  'tls.field.name': 'Nombre',
  'tls.field.protocol': 'Protocolo',
  'tls.field.verdict': 'Veredicto',
  'tls.source.file': 'fichero',
  'tls.source.acme': 'ACME',
  'tls.source.self-signed': 'autofirmado',
  'tls.default': '{id} (por defecto)',
  'tls.none-yet': 'aún ninguno',
  'tls.renewal.now': 'ahora',
  'tls.renewal.by-others': 'ajena',
  'tls.renewal.asking': 'pidiéndose',
  'tls.self-signed-hint':
    'El certificado por defecto es autofirmado: los programas de correo avisan de ello. Indique ficheros con smtpd_tls_cert_file, o una autoridad [[acme]], en valija.toml.',
  'tls.failure': '{id}: {at}, {count} seguidas: {text}',
  'tls.partial': '{id}: {at}: {text}',
  'tls.advice.connection':
    'La autoridad no pudo conectar: el puerto 80 (443 para tls-alpn-01) debe estar abierto desde fuera, y «listen» debe tener http (https).',
  'tls.advice.unauthorized': 'Allí responde otro: otro servidor web en ese puerto, o un proxy delante.',
  'tls.advice.dns': 'La autoridad no encuentra el nombre en el DNS, o su DNSSEC está roto: valija domain check',
  'tls.advice.caa': 'Un registro CAA del dominio solo permite otras autoridades: añada esta, o quítelo.',
  'tls.advice.rateLimited': 'La autoridad ya ha tenido bastante de este nombre por ahora; se reintenta solo.',
  'tls.advice.rejectedIdentifier': 'La autoridad no emite nada para este nombre.',
  'tls.advice.tls': 'El puerto de https no responde con TLS: ¿quién escucha allí?',
  'tls.advice.files': 'Arregle los ficheros; se miran cada minuto. Sigue en uso el certificado anterior.',
  'tls.advice.other': 'Se reintenta solo; los detalles están en el registro: valija log tail',
  'tls.skipped.title': 'No se piden:',
  'tls.skipped.elsewhere':
    '{name}: lleva a {address}, que no es este servidor (proxy_interfaces nombra las direcciones exteriores)',
  'tls.skipped.dns-failed': '{name}: el DNS no responde',
  'tls.skipped.no-such-name': '{name}: no tiene dirección en el DNS',
  'tls.renewing': 'Pidiendo: {ids}',
  'tls.nothing-to-ask':
    'Se han mirado los ficheros. Aquí no se pide ningún certificado a una autoridad: valija.toml no tiene [[acme]].',
  'tls.renewed': '{id}: emitido por {issuer}, vale hasta el {until}',
  'tls.nothing-came': '{id}: no ha salido nada; el registro dice por qué: valija log tail',
  'tls.nothing-leads-here': '{id}: ninguno de sus nombres lleva aquí, así que no se ha pedido nada',
  'tls.check.good': 'bien',
  'tls.check.unseen': 'sin TLS: {reason}',
  'tls.check.distrust.DEPTH_ZERO_SELF_SIGNED_CERT': 'autofirmado: los programas avisan de ello',
  'tls.check.distrust.SELF_SIGNED_CERT_IN_CHAIN': 'de una autoridad que nadie conoce',
  'tls.check.distrust.UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    'falta en el fichero el certificado de su emisor: use fullchain.pem',
  'tls.check.distrust.UNABLE_TO_GET_ISSUER_CERT_LOCALLY': 'de una autoridad de la que aquí no se fían',
  'tls.check.distrust.CERT_HAS_EXPIRED': 'ha caducado',
  'tls.check.distrust.CERT_NOT_YET_VALID': 'todavía no vale: ¿va bien el reloj?',
  'tls.check.distrust.ERR_TLS_CERT_ALTNAME_INVALID': 'no es para este nombre',
  'tls.check.distrust.other': 'no es de fiar: {code}',
  'tls.check.no-ports': 'Ningún puerto tiene TLS.',
  'tls.check.summary.good': 'Todo bien: {count} miradas.',
  'tls.check.summary.bad': '{bad} de {count} miradas encontraron algo mal.',
};
