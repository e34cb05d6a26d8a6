// Español: lo que encuentra la comprobación de un dominio, y por qué importa.

import type { domainFindingsEn } from './domain-findings-en.ts';

export const domainFindingsEs: Readonly<Record<keyof typeof domainFindingsEn, string>> = {
  'domain.check.zone': 'Zona',
  'domain.check.mx': 'Intercambiador',
  'domain.check.host': 'Servidor de correo',
  'domain.check.port': 'Puerto 25',
  'domain.check.ptr': 'Nombre inverso',
  'domain.check.list': 'Listas de bloqueo',
  'domain.check.spf': 'SPF',
  'domain.check.dkim': 'DKIM',
  'domain.check.dmarc': 'DMARC',
  'domain.check.mta-sts': 'MTA-STS',
  'domain.check.tls-rpt': 'Informes de TLS',
  'domain.check.tlsa': 'DANE',
  'domain.check.client': 'Programas de correo',
  'domain.check.caa': 'Certificados',

  'domain.why.zone': 'todos los demás preguntan a estos servidores de nombres, y creen al que conteste',
  'domain.why.mx': 'sin un registro MX correcto, el correo del dominio no llega a ninguna parte, o llega a otra',
  'domain.why.host': 'los otros servidores se conectan a estas direcciones y a ninguna más',
  'domain.why.port': 'los servidores solo hablan entre sí por el puerto 25; los proveedores lo cierran a menudo',
  'domain.why.ptr': 'los grandes rechazan el correo de una dirección sin un nombre que lleve de vuelta a ella',
  'domain.why.list': 'los servidores que preguntan a esta lista rechazan nuestro correo',
  'domain.why.spf': 'sin un registro SPF correcto, nuestro correo pasa por falso, y el falso por nuestro',
  'domain.why.dkim': 'una firma que no se puede verificar no vale nada, y por ella puede fallar DMARC',
  'domain.why.dmarc': 'lo piden Gmail, Yahoo y Microsoft, y sin él cualquiera puede falsificar el dominio',
  'domain.why.mta-sts':
    'una política errónea aleja el correo; sin ninguna, a otros se les puede llevar a renunciar a TLS',
  'domain.why.tls-rpt': 'nadie más nos dice cuándo falla el TLS hacia este servidor',
  'domain.why.tlsa': 'los servidores que verifican por DANE rechazan un certificado que el registro no nombra',
  'domain.why.client': 'los teléfonos y los programas encuentran su configuración por estos nombres',
  'domain.why.caa': 'una autoridad que no se nombra se niega a emitir, y el TLS acaba con el certificado viejo',

  'domain.finding.zone-ok': 'La zona {subject} se sirve, y sus servidores coinciden.',
  'domain.finding.zone-missing':
    'Nadie sirve {subject}: no está registrado, o su registrador no conoce servidores de nombres.',
  'domain.finding.zone-unanswered': 'No se ha podido averiguar quién sirve {subject} ({reason}).',
  'domain.finding.zone-all-silent':
    'Ningún servidor de nombres de {subject} ha contestado desde aquí; lo que sigue es lo que dice el resolutor.',
  'domain.finding.zone-server-silent': 'El servidor de nombres {server} de {subject} no contesta.',
  'domain.finding.zone-disagree': 'Los servidores de nombres dicen cosas distintas de {subject} {type}.',
  'domain.finding.zone-stale': 'El resolutor aún dice otra cosa de {subject} {type}: se pasa cuando acabe su TTL.',
  'domain.finding.zone-unresolvable':
    'El resolutor no puede contestar a {subject} {type}, aunque los servidores de nombres sí: seguramente está roto el DNSSEC de la zona.',
  'domain.finding.zone-unsigned':
    'La zona {subject} no está firmada, o el resolutor no valida: sin DNSSEC no hay DANE.',

  'domain.finding.mx-ok': 'El correo de {subject} se trae aquí.',
  'domain.finding.mx-owner-is-alias':
    '{subject} es un alias de {target}: el dueño de un registro CNAME no puede tener registro MX.',
  'domain.finding.mx-unanswered': 'No se ha podido preguntar por los registros MX de {subject} ({reason}).',
  'domain.finding.mx-missing': '{subject} no tiene registro MX.',
  'domain.finding.mx-null': '{subject} dice con su registro MX que no recibe ningún correo: ese registro sobra.',
  'domain.finding.mx-is-address': 'Un registro MX nombra la dirección {subject}; tiene que nombrar una máquina.',
  'domain.finding.mx-is-alias':
    'Un registro MX nombra {subject}, que es un alias (CNAME) de {target}; tiene que nombrar la propia máquina.',
  'domain.finding.mx-host-unanswered':
    'No se ha podido preguntar por las direcciones de {subject}, que nombra un registro MX.',
  'domain.finding.mx-host-missing': 'Un registro MX nombra {subject}, que no tiene dirección.',
  'domain.finding.mx-not-here': 'Los registros MX de {subject} llevan a otra parte, y ninguno a {host}.',
  'domain.finding.mx-other-name':
    'Los registros MX de {subject} llevan aquí con el nombre {name}, no con {host}, el único para el que se hacen políticas MTA-STS y registros TLSA.',
  'domain.finding.mx-others-first': 'Otros servidores van antes que este para {subject}, o a la par: {hosts}.',
  'domain.finding.mx-others': 'Otros servidores reciben el correo de {subject} cuando este no lo hace: {hosts}.',
  'domain.finding.mx-wildcard-alias':
    'El comodín {subject} lleva todo nombre que no existe a {target}: parece que existen nombres de correo que faltan.',

  'domain.finding.host-ok': '{subject} lleva a este servidor.',
  'domain.finding.host-not-public':
    'myhostname es {subject}, que nadie más puede consultar; ponga un nombre como mail.example.org.',
  'domain.finding.host-unanswered': 'No se ha podido preguntar por las direcciones de {subject}.',
  'domain.finding.host-missing': '{subject} no tiene dirección.',
  'domain.finding.host-unverified':
    'Desde aquí no se ve si estas direcciones de {subject} son nuestras: si lo son, póngalas en proxy_interfaces.',
  'domain.finding.host-elsewhere': '{subject} lleva a direcciones que no son las de este servidor.',
  'domain.finding.host-partly-elsewhere': '{subject} lleva también a direcciones que no son nuestras: {addresses}.',
  'domain.finding.host-incomplete': '{subject} no lleva a todas las direcciones de este servidor: {addresses}.',

  'domain.finding.port-ok': 'El puerto 25 de {subject} contesta.',
  'domain.finding.port-no-peer': '{peer}, donde se iba a probar el puerto 25, no tiene dirección.',
  'domain.finding.port-outward-blocked':
    'No se llega a ningún servidor de correo de {peer} por el puerto 25: seguramente lo cierra el proveedor. Pida que lo abra, o ponga relayhost.',
  'domain.finding.port-inward-unreached':
    'El puerto 25 de {subject} no contesta desde aquí: un cortafuegos, o un router que no deja volver adentro.',
  'domain.finding.port-inward-other': 'En el puerto 25 de {subject} saluda alguien que no es {host}.',

  'domain.finding.ptr-ok': '{subject} lleva el nombre que decimos en EHLO, y el nombre lleva de vuelta.',
  'domain.finding.ptr-behind-relay': 'Todo el correo sale por {subject}: nadie ve nuestras propias direcciones.',
  'domain.finding.ptr-unknown-address': 'No se sabe desde qué dirección sale el correo; ponga proxy_interfaces.',
  'domain.finding.ptr-unanswered': 'No se ha podido preguntar por el registro PTR de {subject} ({reason}).',
  'domain.finding.ptr-missing':
    '{subject} no tiene nombre ({owner} no tiene registro PTR). Lo pone quien le da la dirección.',
  'domain.finding.ptr-not-confirmed': '{subject} se llama {name}, pero ese nombre no lleva de vuelta a ella.',
  'domain.finding.ptr-dynamic':
    '{subject} se llama {name}: parece una línea doméstica, de las que muchos no aceptan correo. Pida otro nombre, o ponga relayhost.',
  'domain.finding.ptr-generic':
    '{subject} se llama {name}, un nombre que el proveedor ha sacado de la dirección; debería ser {helo}.',
  'domain.finding.ptr-differs': '{subject} tiene otro nombre que {helo}, que es lo que decimos en EHLO.',

  'domain.finding.list-ok': '{subject} no está en ninguna de las listas.',
  'domain.finding.list-unknown-address': 'No se sabe desde qué dirección sale el correo; ponga proxy_interfaces.',
  'domain.finding.list-unanswered': '{list} no ha contestado sobre {subject} ({reason}).',
  'domain.finding.list-refuses-us':
    '{list} no contesta a quien pregunta a través de este resolutor; a un resolutor propio, sí.',
  'domain.finding.list-gone': '{list} contesta a todo, como una lista abandonada: quítela de domain_check_lists.',
  'domain.finding.list-listed': '{subject} está en la lista {list}.',

  'domain.finding.spf-ok': 'El registro SPF de {subject} cubre todas las direcciones desde las que sale el correo.',
  'domain.finding.spf-unanswered': 'No se ha podido preguntar por el registro SPF de {subject} ({reason}).',
  'domain.finding.spf-not-recognized':
    'Un texto de {subject} parece un registro SPF y no lo es: tiene que empezar por «v=spf1 ».',
  'domain.finding.spf-missing': '{subject} no tiene registro SPF.',
  'domain.finding.spf-several': '{subject} tiene {count} registros SPF: con más de uno no vale ninguno.',
  'domain.finding.spf-malformed':
    'El registro SPF de {name} tiene un término que nadie conoce, {term}: no vale nada de él.',
  'domain.finding.spf-include-several': 'El registro SPF remite a {name}, que tiene más de uno.',
  'domain.finding.spf-include-missing': 'El registro SPF remite a {name}, que no tiene ninguno: no vale nada de él.',
  'domain.finding.spf-include-unanswered': 'El registro SPF remite a {name}, por el que no se ha podido preguntar.',
  'domain.finding.spf-lookups': 'El registro SPF necesita {count} consultas al DNS; tras {most} los demás lo dejan.',
  'domain.finding.spf-voids': '{count} consultas del registro SPF no llevan a nada; tras {most} los demás lo dejan.',
  'domain.finding.spf-ptr': 'El registro SPF usa «ptr», que es lento, y que algunos no tienen en cuenta.',
  'domain.finding.spf-permits-all':
    'El registro SPF permite cualquier dirección, como «+all»: todo el mundo puede enviar en nombre de {subject}.',
  'domain.finding.spf-open-end':
    'El registro SPF no dice que otros no puedan enviar: debería acabar en «-all» o «~all».',
  'domain.finding.spf-behind-relay':
    'Todo el correo sale por {relay}: aquí no se sabe si el registro SPF cubre sus direcciones.',
  'domain.finding.spf-unknown-address':
    'No se sabe desde qué dirección sale el correo, ni si está cubierta; ponga proxy_interfaces.',
  'domain.finding.spf-unsure': 'Que el registro SPF cubra {address} depende de cada mensaje.',
  'domain.finding.spf-not-covered': 'El correo sale desde {address}, que el registro SPF no cubre ({saying}).',

  'domain.finding.dkim-ok': '{subject} tiene nuestra clave.',
  'domain.finding.dkim-no-keys': '{subject} no tiene claves DKIM: valija dkim generate {subject}',
  'domain.finding.dkim-unanswered': 'No se ha podido preguntar por {subject} ({reason}).',
  'domain.finding.dkim-missing': '{subject} no tiene registro.',
  'domain.finding.dkim-misspelt':
    'El registro está en {subject}; la palabra es _domainkey, sin guion bajo entre domain y key.',
  'domain.finding.dkim-doubled':
    'El registro está en {subject}: el formulario ha vuelto a escribir el dominio detrás del nombre.',
  'domain.finding.dkim-several': '{subject} tiene más de un registro de clave: nadie sabe cuál toman los demás.',
  'domain.finding.dkim-malformed': 'Lo que hay en {subject} no es un registro DKIM.',
  'domain.finding.dkim-revoked': 'El registro en {subject} dice que la clave está revocada.',
  'domain.finding.dkim-differs': 'En {subject} hay otra clave que la nuestra.',
  'domain.finding.dkim-testing':
    'El registro en {subject} dice «t=y», en pruebas: algunos toman el correo como si no fuera firmado.',

  'domain.finding.dmarc-ok': '{subject} tiene un registro DMARC.',
  'domain.finding.dmarc-unanswered': 'No se ha podido preguntar por {subject} ({reason}).',
  'domain.finding.dmarc-missing': 'No hay registro DMARC en {subject}.',
  'domain.finding.dmarc-covered':
    '{domain} no tiene registro DMARC propio; lo cubre el de {above}, con la política «{policy}» para los nombres inferiores.',
  'domain.finding.dmarc-above-unanswered':
    'No hay registro DMARC en {subject}; no se ha podido preguntar si lo cubre el de un dominio superior.',
  'domain.finding.dmarc-not-recognized':
    'Lo que hay en {subject} no es un registro DMARC: tiene que empezar por «v=DMARC1;».',
  'domain.finding.dmarc-several': '{subject} tiene más de un registro DMARC: entonces no vale ninguno.',
  'domain.finding.dmarc-no-policy': 'El registro DMARC en {subject} no tiene política (p=).',
  'domain.finding.dmarc-bad-policy':
    'El registro DMARC en {subject} tiene {tag}={policy}; puede ser none, quarantine o reject.',
  'domain.finding.dmarc-policy-none': 'La política es «none»: del correo falso se informa, y se entrega igual.',
  'domain.finding.dmarc-empty-address':
    '{tag} tiene un «mailto:» sin dirección: algunos dan por nulo el registro entero.',
  'domain.finding.dmarc-bad-address':
    '{tag} tiene {uri}, que no es una dirección; la forma es mailto:postmaster@example.org',
  'domain.finding.dmarc-no-reports': 'No se piden informes (rua=): nadie le dice quién envía en nombre del dominio.',
  'domain.finding.dmarc-no-consent':
    'Los informes deben ir a {address}, pero {owner} no dice que allí sean bienvenidos.',
  'domain.finding.dmarc-consent-unanswered': 'No se ha podido preguntar si los informes son bienvenidos en {address}.',

  'domain.finding.mta-sts-ok': 'MTA-STS: el registro, la política y los registros MX coinciden.',
  'domain.finding.mta-sts-unanswered': 'No se ha podido preguntar por {subject} ({reason}).',
  'domain.finding.mta-sts-missing': 'No hay registro MTA-STS en {subject}.',
  'domain.finding.mta-sts-not-recognized':
    'Lo que hay en {subject} no es un registro MTA-STS: tiene que empezar por «v=STSv1;».',
  'domain.finding.mta-sts-several': '{subject} tiene más de un registro MTA-STS: entonces no vale ninguno.',
  'domain.finding.mta-sts-malformed': 'El id del registro en {subject} no es uno de 1 a 32 letras y cifras.',
  'domain.finding.mta-sts-old-id':
    'El id en {subject} es de otra política que la que se da: los demás no se enteran de la nueva.',
  'domain.finding.mta-sts-host-unanswered': 'No se ha podido preguntar por las direcciones de {subject}.',
  'domain.finding.mta-sts-host-missing': '{subject} no tiene dirección: no se puede obtener la política.',
  'domain.finding.mta-sts-not-served': 'No se puede obtener la política de {subject}: {reason}.',
  'domain.finding.mta-sts-one-line': 'La política en {subject} está en una sola línea: cada campo necesita la suya.',
  'domain.finding.mta-sts-policy-malformed': 'La política en {subject} no se puede leer: {reason}.',
  'domain.finding.mta-sts-mode-none': 'La política en {subject} dice «none»: no pide nada.',
  'domain.finding.mta-sts-mode-testing':
    'La política en {subject} dice «testing»: «enforce» cuando los informes de TLS muestren que todo va bien.',
  'domain.finding.mta-sts-mx-differs':
    'La política en {subject} no nombra {exchangers}, adonde llevan los registros MX: quien la cumple no trae allí correo.',

  'domain.finding.tls-rpt-ok': 'Se piden informes de TLS.',
  'domain.finding.tls-rpt-unanswered': 'No se ha podido preguntar por {subject} ({reason}).',
  'domain.finding.tls-rpt-missing': 'No se piden informes de TLS en {subject}.',
  'domain.finding.tls-rpt-several': '{subject} tiene más de un registro: entonces no vale ninguno.',
  'domain.finding.tls-rpt-bad-address': 'rua= en {subject} no es una lista de direcciones mailto: y https:.',

  'domain.finding.tlsa-ok': 'El registro TLSA corresponde al certificado que se sirve.',
  'domain.finding.tlsa-unanswered': 'No se ha podido preguntar por {subject} ({reason}).',
  'domain.finding.tlsa-missing':
    'La zona está firmada; con un registro TLSA otros podrían verificar nuestro certificado (DANE).',
  'domain.finding.tlsa-unsigned-zone': 'No hay registro TLSA, y sin DNSSEC no serviría de nada.',
  'domain.finding.tlsa-unproven':
    'El registro TLSA en {subject} no vale para nadie: la zona no está firmada, o el resolutor no valida.',
  'domain.finding.tlsa-no-certificate':
    'No se ha visto ningún certificado nuestro con que comparar el registro TLSA en {subject}.',
  'domain.finding.tlsa-differs':
    'El registro TLSA en {subject} nombra otra clave que la que se sirve: por eso se rechaza el correo.',
  'domain.finding.tlsa-other-form':
    'El registro TLSA en {subject} tiene una forma que aquí no se compara; se aconseja «3 1 1».',

  'domain.finding.client-ok': 'Los programas de correo encuentran su configuración.',
  'domain.finding.client-unanswered': 'No se ha podido preguntar por {subject}.',
  'domain.finding.client-missing': 'Faltan {count} registros con los que los programas de correo se configuran solos.',
  'domain.finding.client-elsewhere': '{subject} lleva a otro servidor.',
  'domain.finding.client-differs': '{subject} nombra otra máquina u otro puerto que los nuestros.',

  'domain.finding.caa-ok': 'Las autoridades que usamos pueden emitir certificados.',
  'domain.finding.caa-unanswered': 'No se ha podido preguntar por los registros CAA de {subject}.',
  'domain.finding.caa-missing': 'Cualquier autoridad puede emitir certificados para {subject}.',
  'domain.finding.caa-forbids': 'Los registros CAA de {subject} no dejan emitir a {issuers}.',
};
