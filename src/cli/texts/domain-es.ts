// Español: lo que un dominio necesita en el DNS.

import type { domainEn } from './domain-en.ts';

export const domainEs: Readonly<Record<keyof typeof domainEn, string>> = {
  'domain.records': 'muestra todos los registros que necesita un dominio, con su motivo',
  'domain.records.examples': `Ejemplos:
  valija domain records example.org
  valija domain records example.org --zone >> /etc/bind/example.org.zone
  valija domain records example.org --json`,
  'domain.check': 'pregunta al DNS, y al mundo, si todo se cumple',
  'domain.check.examples': `Ejemplos:
  valija domain check example.org
  valija domain check example.org --watch      # una y otra vez, hasta que todo esté en verde
  valija domain check --json                   # todos los dominios
Termina con 65 si puede fallar el correo, o si algo no se ha podido averiguar.`,
  'domain.publish': 'pone los registros en el DNS con actualizaciones dinámicas (RFC 2136)',
  'domain.publish.examples': `Ejemplos:
  valija domain publish example.org --dry-run
  valija domain publish example.org
Si están puestos dns_update_server y dns_update_key_file. Se van los nuestros que otros sustituyen; nada más se toca.`,
  'domain.option.zone': 'como líneas de un fichero de zona',
  'domain.option.watch': 'una y otra vez, en el mismo sitio, hasta que todo esté en verde',
  'domain.option.all': 'también lo que se cumple, línea a línea',
  'domain.option.dry-run': 'muestra lo que cambiaría, y no cambia nada',
  'domain.option.no-keys': 'no le crea claves DKIM',
  'domain.argument.checked': 'un dominio; sin él, todos los de este servidor',
  'domain.publish-these':
    'Publique estos registros donde se lleva el DNS de {domain}, y después: valija domain check {domain}',
  'domain.weight.required': 'necesario',
  'domain.weight.recommended': 'recomendado',
  'domain.weight.optional': 'opcional',
  'domain.elsewhere': 'Estos están en la zona de {host}:',
  'domain.purpose.mx': 'adónde hay que llevar el correo del dominio',
  'domain.purpose.host': 'las direcciones de este servidor',
  'domain.purpose.spf': 'quién puede enviar en nombre del dominio (SPF)',
  'domain.purpose.helo-spf': 'lo mismo del nombre en EHLO, que se consulta para los rebotes (SPF)',
  'domain.purpose.dkim': 'la clave pública con la que otros verifican sus firmas (DKIM)',
  'domain.purpose.dmarc': 'qué deben hacer otros con el correo que falsifica el dominio, y dónde informan (DMARC)',
  'domain.purpose.report-consent': 'que los informes sobre el dominio son bienvenidos en una dirección de otro',
  'domain.purpose.mta-sts':
    'que otros servidores deben usar TLS con un certificado válido; el id cambia con la política (MTA-STS)',
  'domain.purpose.mta-sts-host': 'de dónde se obtiene esa política',
  'domain.purpose.tls-rpt': 'dónde informan otros de que el TLS hacia este servidor ha fallado (TLS-RPT)',
  'domain.purpose.tlsa':
    'el certificado, para servidores que verifican por DNSSEC (DANE); solo en una zona firmada, y se cambia con la clave',
  'domain.purpose.autoconfig': 'dónde encuentran Thunderbird y otros su configuración',
  'domain.purpose.autodiscover': 'dónde encuentran Outlook y los teléfonos su configuración',
  'domain.purpose.client': 'qué servidores deben usar los programas de correo; un punto dice que algo no se ofrece',
  'domain.purpose.caa': 'quién puede emitir certificados para el dominio',
  'domain.gap.no-public-name':
    'myhostname es {host}, al que nadie más puede llegar: no se puede decir ningún registro que lleve aquí. Ponga en myhostname un nombre como mail.example.org.',
  'domain.gap.unknown-addresses':
    'No se conocen las direcciones públicas de este servidor; detrás de un router ponga proxy_interfaces, como ["192.0.2.1"]. Faltan aquí sus registros A y AAAA.',
  'domain.gap.behind-relay':
    'Todo el correo sale por {relay}: añada al registro SPF lo que indique su dueño (como include:…).',
  'domain.gap.no-keys': 'El dominio no tiene claves DKIM: valija dkim generate {domain}',
  'domain.gap.no-certificate':
    'No se ha visto ningún certificado (el servidor no está en marcha, o no tiene puertos con TLS): falta aquí el registro TLSA.',
  'domain.checking': 'Preguntando al DNS por {domain} …',
  'domain.green': '{domain}: se cumple todo aquello de lo que depende el correo.',
  'domain.not-green': '{domain}: {failures} por arreglar, {warnings} por mirar, {unknown} sin saber.',
  'domain.checked-at': 'Comprobado a las {time}; otra vez en {seconds} s. Ctrl-C lo termina.',
  'domain.seen': 'visto:',
  'domain.expected': 'se espera:',
  'domain.why': 'por qué:',
  'domain.paste': 'publique:',
  'domain.status.title': 'El DNS de {total} dominios se comprobó por última vez {time}; algo va mal en:',
  'domain.status.green': 'El DNS de {total} dominios se comprobó por última vez {time}: nada va mal.',
  'domain.publish.nothing': 'La zona {zone} ya lo tiene todo.',
  'domain.publish.would': 'Por cambiar en la zona {zone}, en {server}; no se ha cambiado nada:',
  'domain.publish.done': 'Cambiado en la zona {zone}, en {server}:',
  'domain.publish.kept': 'Se conserva del registro DMARC de {name}: {tags}',
  'domain.publish.kept-above': 'Tan estricto como el registro DMARC de {name}, que sin él cubre el dominio: {tags}',
  'domain.publish.elsewhere': 'No se ve en su zona, que es otra; hay que publicarlo allí: {record}',
  'domain.publish.conflict': 'Se deja fuera, porque hay algo que no puede estar a su lado: {record}',
};
