// Spanish: `valija reports`.

import type { reportsEn } from './reports-en.ts';

export const reportsEs: Readonly<Record<keyof typeof reportsEn, string>> = {
  'reports.description': 'lo que otros informan del correo en nombre de tus dominios, y del TLS hacia ti',
  'reports.examples': `Ejemplos:
  valija reports
  valija reports example.org --since 7d
  valija reports list example.org
  valija reports show 12
Los informes llegan a las direcciones de report_recipients; lo que DMARC no prueba se muestra, pero no cuenta.`,
  'reports.list': 'listar los informes que llegaron',
  'reports.list.examples': `Ejemplos:
  valija reports list
  valija reports list example.org --since 7d --limit 100`,
  'reports.show': 'mostrar todo lo que dice un informe',
  'reports.show.examples': `Ejemplo:
  valija reports show 12`,
  'reports.sent': 'listar los informes DMARC enviados a otros dominios',
  'reports.sent.examples': `Ejemplo:
  valija reports sent --since ayer`,
  'reports.send': 'enviar los informes DMARC de días pasados que aún esperan',
  'reports.send.examples': `Ejemplos:
  valija reports send
  valija reports send --now     # también los de hoy, hasta donde llegan`,
  'reports.argument.domain': 'uno de tus dominios',
  'reports.argument.other-domain': 'el dominio del que se informó',
  'reports.argument.id': 'el número de un informe, como lo muestra «valija reports list»',
  'reports.option.since': 'solo lo informado desde entonces (si no se dice: 30d)',
  'reports.option.limit': 'cuántos remitentes o informes como mucho (si no se dice: 20)',
  'reports.option.now': 'también los informes de hoy, antes de que acabe el día',
  'reports.none':
    'No hay informes. Llegan a las direcciones de report_recipients, cuando el DNS lo dice (rua=mailto:…).',
  'reports.none-about':
    'no hay informes sobre {domain} desde entonces; llegan cuando su registro DMARC dice rua=mailto:… (valija reports list)',
  'reports.unreadable':
    'no se pueden leer los informes de {file}: {reason}; un servidor que arranca lo aparta y empieza de nuevo',
  'reports.not-found': 'no hay ningún informe {id}; véase: valija reports list',
  'reports.sent.none': 'No se enviaron informes DMARC desde entonces.',
  'reports.send.nothing': 'No había nada que enviar.',
  'reports.send.goes-on': 'Todavía se están enviando informes. Qué es de ellos: valija reports sent',
  'reports.send.no-server': 'no hay ningún servidor en marcha: solo un servidor puede enviar informes',
  'reports.next': 'Quién envía, y qué hacer: valija reports DOMINIO',
  'reports.heading': '{domain}. Informes que cuentan: {reports} ({reporters}).',
  'reports.unverified':
    'Informes que no cuentan, porque DMARC no prueba quién los envió: {count}. Véase: valija reports list {domain}',
  'reports.more': 'Remitentes que no se muestran: {count} (--limit)',
  'reports.others': 'todos los demás',
  'reports.policy': 'Tu política es p={policy}.',
  'reports.policy.wait': 'Hay muy poco correo en los informes para aconsejar otra.',
  'reports.policy.find-senders':
    'Déjala así: algunos remitentes tuyos aún fallan. Arréglalos primero, como se dice arriba, y hazla después más estricta.',
  'reports.policy.to-quarantine':
    'Casi todo lo que envían tus remitentes pasa: p=quarantine ya es seguro, y después p=reject.',
  'reports.policy.to-reject': 'Casi todo lo que envían tus remitentes pasa: p=reject ya es seguro.',
  'reports.policy.strict': 'No puede ser más estricta, y tus remitentes pasan.',
  'reports.tls': 'TLS hacia {domain}: {sessions} sesiones, {failed} fallidas.',
  'reports.tls.policy': '{domain}, política {type}: {sessions} sesiones, {failed} fallidas.',
  'reports.tls.starttls-not-supported': 'tu servidor no ofreció STARTTLS, o alguien lo quitó por el camino',
  'reports.tls.certificate-host-mismatch': 'el certificado es para otros nombres que los del MX',
  'reports.tls.certificate-expired': 'el certificado había caducado',
  'reports.tls.certificate-not-trusted': 'el certificado es de una CA en la que no confían',
  'reports.tls.validation-failure': 'TLS falló de otro modo; quizá el informe diga cuál',
  'reports.tls.tlsa-invalid': 'el registro TLSA no corresponde al certificado',
  'reports.tls.dnssec-invalid': 'las firmas de tu zona DNS están rotas',
  'reports.tls.dane-required': 'piden DANE, y no hay registro TLSA',
  'reports.tls.sts-policy-fetch-error': 'no se pudo obtener https://mta-sts.…/.well-known/mta-sts.txt',
  'reports.tls.sts-policy-invalid': 'la política MTA-STS no se puede leer',
  'reports.tls.sts-webpki-invalid': 'el certificado del host mta-sts no es válido',
  'reports.field.domain': 'Dominio',
  'reports.field.reports': 'Informes',
  'reports.field.messages': 'Mensajes',
  'reports.field.pass': 'Pasan',
  'reports.field.fail': 'Fallan',
  'reports.field.policy': 'Política',
  'reports.field.tls-sessions': 'Sesiones TLS',
  'reports.field.tls-failed': 'TLS fallidas',
  'reports.field.sender': 'Remitente',
  'reports.field.dkim': 'DKIM',
  'reports.field.spf': 'SPF',
  'reports.field.addresses': 'Direcciones',
  'reports.field.address': 'Dirección',
  'reports.field.found': 'Hallazgo',
  'reports.field.tls-failure': 'Fallo',
  'reports.field.receiver': 'Tu servidor',
  'reports.field.sessions': 'Sesiones',
  'reports.field.meaning': 'Significado',
  'reports.field.id': 'Id',
  'reports.field.kind': 'Clase',
  'reports.field.reporter': 'Informante',
  'reports.field.report-id': 'Report-ID',
  'reports.field.begin': 'Desde',
  'reports.field.end': 'Hasta',
  'reports.field.total': 'Total',
  'reports.field.proof': 'Prueba',
  'reports.field.message': 'Mensaje',
  'reports.field.disposition': 'Trato',
  'reports.field.from': 'Autor',
  'reports.field.reason': 'Motivo',
  'reports.field.error': 'Error',
  'reports.field.when': 'Cuándo',
  'reports.field.to': 'Para',
  'reports.field.outcome': 'Resultado',
  'reports.kind.aggregate': 'DMARC',
  'reports.kind.tls': 'TLS',
  'reports.proof.none': 'sin verificar',
  'reports.proof.own': 'este servidor',
  'reports.proof.dmarc': 'DMARC: {author}',
  'reports.outcome.sent': 'enviado',
  'reports.outcome.refused': 'sin enviar: ese dominio no ha aceptado recibirlos',
  'reports.outcome.too-large': 'sin enviar: mayor de lo que aceptan',
  'reports.outcome.given-up': 'abandonado',
  'reports.outcome.waiting': 'aún no: se intenta de nuevo en una hora; el registro dice por qué',
  'reports.found.fine': 'bien',
  'reports.found.dkim-only': 'pasa solo por DKIM',
  'reports.found.spf-only': 'pasa solo por SPF',
  'reports.found.forwarded': 'reenviado',
  'reports.found.altered': 'tu firma llegó rota',
  'reports.found.other-name': 'solo prueba su propio nombre',
  'reports.found.spf': 'SPF dice que no, y nada va firmado',
  'reports.found.nothing': 'nada prueba nada',
  'reports.advice.fine': '{who}: nada que hacer.',
  'reports.advice.forwarded': '{who} reenvía correo: nada que hacer.',
  'reports.advice.dkim-only': '{who} pasa solo por DKIM. Si es tuyo, añádelo al registro SPF de {domain}: {addresses}',
  'reports.advice.spf-only':
    '{who} pasa solo por SPF, que se rompe al reenviar el correo: haz que firme con DKIM, d={domain}.',
  'reports.advice.altered':
    '{who}: el correo que firmó {domain} llega con la firma rota. Las listas de correo lo hacen; si es tu propio servidor, mira la clave en el DNS (valija dkim check {domain}).',
  'reports.advice.other-name':
    '{who} envía en tu nombre, y solo prueba el suyo. Si lo usas: haz que firme con DKIM, d={domain}; o que envíe con una dirección de remitente de {domain}, y añádelo al registro SPF, por ejemplo include:{via}. Si no, no es correo tuyo.',
  'reports.advice.spf':
    '{who} envía en tu nombre, falla en SPF ({spf}) y no firma nada. Si es tuyo: añade {addresses} al registro SPF de {domain}, o firma con DKIM. Si no, es una falsificación: con una política estricta otros la rechazan.',
  'reports.advice.nothing':
    '{who} envía en tu nombre y no prueba nada. Si es tuyo: firma con DKIM, d={domain}, o envía con una dirección de remitente de {domain} y añade {addresses} a su registro SPF. Si no, es una falsificación.',
};
