// Lo mismo en español.

import type { Words } from './finding-words.ts';

export const WORDS_SPANISH: Words = {
  'server-running': { what: 'el servidor funciona: {subject}, versión {version}' },
  'server-stopped': {
    what: 'no hay ningún servidor en marcha en {subject}',
    why: 'Nadie acepta, muestra ni envía correo; los demás servidores lo reintentan durante unos días.',
    fix: 'systemctl start postfix@-, o valija serve; el registro dice por qué terminó.',
  },
  'server-silent': {
    what: 'el servidor de {subject} no contesta: {reason}',
    why: 'Está colgado, o arrancando o parándose; mientras tanto el correo espera.',
    fix: 'Vuelva a mirar dentro de un minuto, y mire el registro; si sigue igual, reinícielo: systemctl restart postfix@-.',
  },
  'server-unasked': {
    what: 'al servidor de {subject} no se le preguntó: {reason}',
    why: 'Desde aquí no se sabe qué puertos atiende ni qué certificados muestra.',
    fix: 'Ejecute el doctor como root, o como el usuario del servidor.',
  },
  'server-refused-settings': {
    what: 'el fichero de configuración se rechazó en la última recarga: {reason}',
    why: 'Lo que está en vigor es más antiguo que lo que pone el fichero, y en el próximo arranque no habrá otra cosa.',
    fix: 'valija config check, corrija lo que diga y recargue.',
  },
  'state-fine': { what: 'el estado de {subject} es de la versión {version}' },
  'state-missing': {
    what: 'no hay ningún estado en {subject}',
    why: 'Ahí estarían los dominios, las cuentas y el correo.',
    fix: 'Compruebe state_directory, o si falta montar un disco; el primer arranque crea uno nuevo.',
  },
  'state-older': {
    what: 'el estado de {subject} es de la versión {version}; este programa escribe la {known}',
    why: 'El próximo arranque lo pone al día, primero en una copia.',
    fix: 'Arranque el servidor; docs/upgrading.md explica cómo volver atrás.',
  },
  'state-newer': {
    what: 'el estado de {subject} es de la versión {version}; este programa conoce la {known}',
    why: 'Lo escribió un Valija más nuevo, y este no arrancará con él.',
    fix: 'Vuelva a instalar la versión nueva, o vuelva atrás como dice docs/upgrading.md.',
  },
  'state-unreadable': {
    what: 'no se puede leer la versión del estado de {subject}',
    why: 'El servidor no arranca sobre lo que no conoce.',
    fix: 'valija state verify lo mira entero.',
  },
  'state-set-aside': {
    what: '{subject} se apartó porque estaba dañado',
    why: 'El servidor siguió sin él; quizá valga la pena mirar lo que contenía.',
    fix: 'Mírelo, guarde una copia si importa y bórrelo después.',
  },
  'homes-fine': { what: 'cada carpeta es solo de su cuenta ({accounts} miradas)' },
  'home-open': {
    what: '{subject} está abierta a toda la máquina (modo {mode})',
    why: 'Otros usuarios de la máquina pueden leer ese correo.',
    fix: 'chmod {wanted} {subject}, o valija doctor --fix.',
  },
  'home-shut': {
    what: '{subject} está cerrada para su dueño (modo {mode})',
    why: 'El servidor no puede entregar ahí; el correo espera.',
    fix: 'chmod {wanted} {subject}, o valija doctor --fix.',
  },
  'home-owner': {
    what: '{subject}: {count} ficheros o carpetas son de otro, como {example}',
    why: 'El servidor no puede cambiarlos ni borrarlos: se pierden marcas y el correo espera.',
    fix: 'chown -R {owner} {subject}, o valija doctor --fix como root.',
  },
  'home-no-folder': {
    what: '{subject} no es una carpeta',
    why: 'El correo de esa cuenta no tiene dónde ir.',
    fix: 'Aparte lo que hay: la carpeta se crea de nuevo cuando llegue el próximo mensaje.',
  },
  'spool-fine': { what: '{mboxes} mbox en {subject} son solo de sus usuarios' },
  'secrets-fine': { what: '{count} ficheros con claves, contraseñas y direcciones son solo del servidor' },
  'secret-open': {
    what: 'otros pueden leer {subject} (modo {mode})',
    why: 'Guarda claves o contraseñas cifradas, o dice quién escribe a quién.',
    fix: 'chmod {wanted} {subject}, o valija doctor --fix; conviene cambiar las claves que otros hayan podido leer.',
  },
  'secret-owner': {
    what: '{subject} es de {owner} y no de {wanted}',
    why: 'El servidor no puede leer o cambiar su propio fichero, o puede otro.',
    fix: 'chown {wanted} {subject}, o valija doctor --fix como root.',
  },
  'disk-fine': { what: '{subject}: queda libre el {percent} %' },
  'disk-low': {
    what: '{subject}: solo queda libre el {percent} %',
    why: 'Cuando queden menos de {reserveBytes} bytes se rechazará el correo por el momento (452).',
    fix: 'Haga sitio o amplíe el disco; valija account list muestra quién tiene cuota.',
  },
  'disk-full': {
    what: '{subject}: quedan {freeBytes} bytes, menos que la reserva de {reserveBytes}',
    why: 'El correo nuevo se rechaza por el momento (452); lo aceptado está a salvo.',
    fix: 'Haga sitio ya; el servidor volverá a aceptar correo por sí solo.',
  },
  'inodes-low': {
    what: '{subject}: solo queda el {percent} % de los ficheros que caben',
    why: 'En Maildir cada mensaje es un fichero.',
    fix: 'Borre lo que sobre, o lleve el correo a un sistema de ficheros con más inodos.',
  },
  'inodes-out': {
    what: '{subject}: solo caben {freeInodes} ficheros más',
    why: 'Sin inodos no se puede guardar ningún mensaje, por mucho sitio que haya.',
    fix: 'Borre ficheros ya: df -i muestra dónde están.',
  },
  'clock-fine': { what: 'el reloj está en hora, según {subject}' },
  'clock-off': {
    what: 'el reloj se desvía {seconds} segundos, según {subject}',
    why: 'Certificados, firmas DKIM y códigos de un solo uso se rechazan por su hora, y Date y Received dicen disparates.',
    fix: 'timedatectl set-ntp true, u otro cliente de NTP.',
  },
  'clock-back': {
    what: 'el reloj va atrasado: {subject} se escribió dentro de {seconds} segundos',
    why: 'Alguien lo atrasó, o la máquina durmió: los reintentos llegan tarde y los certificados nuevos aún no valen.',
    fix: 'timedatectl set-ntp true; si ahora está en hora, espere a que se ponga al día.',
  },
  'clock-unchecked': {
    what: 'el reloj solo se comparó con nuestros propios ficheros ({reason})',
    fix: 'Con doctor_time_server = "pool.ntp.org" el doctor puede preguntar; systemd-timesyncd, si está en marcha, lo dice él solo.',
  },
  'ports-fine': { what: 'el servidor escucha en todos los puertos de su configuración: {subject}' },
  'port-taken': {
    what: 'el puerto {subject} ({service}) lo tiene {owner}',
    why: 'Dos programas no pueden escuchar en la misma dirección: el servidor no arranca, o contestan otros en su lugar.',
    fix: 'Pare ese programa (ss -ltnp lo muestra; a menudo es otro servidor de correo: systemctl disable --now exim4), o cambie [[listen]].',
  },
  'port-closed': {
    what: 'nadie escucha en {subject} ({service})',
    why: 'Está en la configuración, pero el servidor en marcha no lo conoce.',
    fix: 'Recargue el servidor (SIGHUP) y mire el registro si sigue igual.',
  },
  'certificate-fine': { what: '{subject} vale {days} días más' },
  'certificate-self-signed': {
    what: '{subject} lo firmamos nosotros mismos',
    why: 'Los programas de correo avisan, y los servidores que comprueban certificados (MTA-STS) no entregan.',
    fix: 'Con una sección [[acme]] el servidor obtiene uno de Let’s Encrypt; o nombre el suyo en smtpd_tls_cert_file.',
  },
  'certificate-name': {
    what: '{subject} no es para {hostname}',
    why: 'Los programas de correo que se conectan a {hostname} avisan o se niegan.',
    fix: 'Consiga uno que nombre a {hostname}, o corrija myhostname.',
  },
  'certificate-expiring': {
    what: '{subject} caduca en {days} días',
    why: 'Algo tendría que haberlo renovado ya.',
    fix: 'valija tls renew, o certbot renew; valija tls list dice qué ha fallado.',
  },
  'certificate-expired': {
    what: '{subject} caducó hace {days} días',
    why: 'Los programas de correo se niegan a conectarse.',
    fix: 'valija tls renew, o certbot renew; un fichero renovado se nota en menos de un minuto.',
  },
  'certificate-early': {
    what: '{subject} no vale antes del {date}',
    why: 'O se hizo para más tarde, o el reloj está mal.',
    fix: 'Compare primero el reloj.',
  },
  'certificate-key': {
    what: '{subject} no corresponde a su clave',
    why: 'El servidor no puede ofrecer TLS con él; el anterior sigue en uso hasta el próximo arranque.',
    fix: 'Nombre en smtpd_tls_key_file la clave con la que se hizo.',
  },
  'certificate-unreadable': {
    what: 'no se puede leer {subject}: {reason}',
    why: 'Sin él no habrá TLS en el próximo arranque.',
    fix: 'Compruebe la ruta y quién puede leerlo.',
  },
  'queue-fine': { what: 'la cola: {messages} mensajes, {held} de ellos retenidos' },
  'queue-old': {
    what: 'la cola: {messages} mensajes, el más antiguo desde hace {age}',
    why: 'Algún servidor no los acepta; los remitentes se enteran del retraso al cabo de delay_warning_time.',
    fix: 'valija queue list dice por qué espera cada uno.',
  },
  'queue-stuck': {
    what: 'la cola: {messages} mensajes, el más antiguo desde hace {age}',
    why: 'Se ha intentado durante más de la mitad de su vida; pronto se devolverá al remitente.',
    fix: 'valija queue list dice por qué; arréglelo y después valija queue flush.',
  },
  'queue-unreadable': {
    what: 'no se puede leer la cola de {subject}: {reason}',
    why: 'Lo que espera en ella no sale.',
    fix: 'Mire el registro del último arranque; docs/queue-states.md dice dónde está cada cosa.',
  },
  'journal-fine': { what: 'el diario guarda {sizeBytes} bytes que van camino de los buzones' },
  'journal-large': {
    what: 'el diario de {subject} guarda {sizeBytes} bytes',
    why: 'Debería vaciarse solo en segundos: el archivado no da abasto, o no puede escribir.',
    fix: 'El registro dice qué falla; mire el disco y de quién son las carpetas.',
  },
  'journal-damaged': {
    what: '{subject} está dañado en {ranges}',
    why: 'Pueden haberse perdido mensajes aceptados en los últimos segundos antes de una caída.',
    fix: 'Guarde una copia del fichero; valija journal muestra lo que se puede leer. Revise el disco (dmesg, smartctl).',
  },
  'database-fine': { what: 'bases de datos: {sizes}' },
  'database-large': {
    what: '{subject} ocupa {sizeBytes} bytes, más que su límite de {limitBytes}',
    why: 'Debería haberse recortado sola.',
    fix: 'Busque en el registro de qué se quejan las historias; un journey_lifetime menor la hace más pequeña.',
  },
  'database-damaged': {
    what: '{subject} está dañada: {reason}',
    why: 'El servidor no arranca sin su directorio.',
    fix: 'valija state verify dice más; recupérela de una copia de seguridad, o de before-N/ tras una actualización.',
  },
  'egress-fine': {
    what: 'el correo de {subject} es bienvenido: su nombre lleva de vuelta a ella y no está en ninguna lista',
  },
  'egress-relayed': { what: 'todo el correo sale por {subject}' },
  'egress-unknown': {
    what: 'no se pudo averiguar desde qué dirección sale el correo',
    fix: 'Detrás de un router, dígalo: proxy_interfaces = ["su dirección pública"].',
  },
  'egress-listed': {
    what: '{subject} está en la lista de bloqueo {list}: {reason}',
    why: 'Los servidores que consultan esa lista rechazan nuestro correo.',
    fix: 'Averigüe qué se envió (valija queue list, valija why), acabe con ello y pida a {list} que quite la dirección; entretanto ayuda un relayhost.',
  },
  'egress-list-silent': {
    what: '{list} no nos dice nada de {subject}',
    fix: 'Casi ninguna lista contesta a resolutores públicos: pregunte con uno propio (resolver_addresses).',
  },
  'egress-no-name': {
    what: '{subject} no tiene nombre en el DNS (PTR)',
    why: 'Gmail, Outlook y casi todos los demás rechazan el correo de tales direcciones.',
    fix: 'Quien le alquila la dirección lo pone a {helo}; si nadie lo hace, ponga relayhost.',
  },
  'egress-unconfirmed': {
    what: '{subject} se llama {name}, que no lleva de vuelta a ella',
    why: 'Los receptores toman un nombre así por una mentira.',
    fix: 'Dé a {name} un registro A o AAAA con {subject}, o cambie el PTR a {helo}.',
  },
  'egress-generic': {
    what: '{subject} se llama {name}: parece la línea de una casa',
    why: 'Muchos servidores no aceptan correo de tales direcciones (550, IP dinámica).',
    fix: 'Pida un nombre propio (PTR {helo}); si no es posible, ponga relayhost a un servidor que pueda enviar.',
  },
  'egress-other-name': {
    what: '{subject} tiene otro nombre ({name}) que el que decimos en EHLO ({helo})',
    why: 'Algunos servidores lo cuentan en nuestra contra.',
    fix: 'Cambie el PTR a {helo}, o smtp_helo_name al nombre de la dirección.',
  },
  'egress-name-unanswered': { what: 'no se pudo preguntar por el nombre de {subject} ({reason})' },
  'domain-fine': { what: '{subject}: su DNS está como debe' },
  'domain-reserved': { what: '{subject} es un nombre para pruebas, que el DNS del mundo no conoce' },
  'domain-unsure': {
    what: '{subject}: {unknown} cosas no se pudieron averiguar ({rules})',
    fix: 'valija domain check {subject}.',
  },
  'domain-warnings': {
    what: '{subject}: {warnings} avisos ({rules})',
    why: 'Parte del correo de este dominio puede fallar o tomarse por spam.',
    fix: 'valija domain check {subject} muestra qué publicar.',
  },
  'domain-failures': {
    what: '{subject}: {failures} fallos ({rules})',
    why: 'El correo de este dominio falla.',
    fix: 'valija domain check {subject} muestra qué publicar.',
  },
  'not-examined': {
    what: '{subject}: no se pudo examinar: {reason}',
    why: 'Lo que nadie mira puede estar bien o mal.',
    fix: 'Ejecute el doctor como root, o como el usuario del servidor.',
  },
};
