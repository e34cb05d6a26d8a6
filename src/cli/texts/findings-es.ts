// Lo que ha encontrado `valija state verify`: qué significa y qué hacer. Español.

import type { FindingCode } from '#platform/inspection/finding.ts';

export const FINDINGS_ES: Readonly<Record<FindingCode, string>> = {
  'version-missing': 'el estado aún no tiene versión; el próximo arranque del servidor la escribe',
  'version-unreadable':
    'no es un fichero de versión, y el servidor no arrancará; recupérelo de una copia, o bórrelo si aquí nunca hubo un servidor más nuevo',
  'version-newer':
    'el estado es de la versión {detail}, que este programa no conoce; instale esa versión o vuelva a su copia before-N (docs/upgrading.md)',
  'version-older':
    'el estado es de la versión {detail}; el próximo arranque del servidor lo pone al día, siempre sobre una copia',
  'migration-unfinished':
    'una actualización quedó interrumpida cuando ya estaba decidida; el próximo arranque del servidor la termina',
  'directory-missing':
    'falta el directorio de dominios, cuentas y contraseñas, o está vacío; recupere una copia (docs/upgrading.md)',
  'directory-damaged':
    'el directorio está dañado: {detail}; pare el servidor y recupere una copia, o saque lo legible (docs/upgrading.md)',
  'directory-newer':
    'el directorio es de la versión {detail}, que este programa no conoce; instale una versión más nueva',
  'directory-reference':
    'hay registros que llevan a otros que no existen ({detail}); alguien cambió el fichero a mano: recupere una copia',
  'directory-address-missing':
    'cuentas o alias sin su propia dirección ({detail}): se rechaza su correo; quítelos y añádalos de nuevo, el correo se queda',
  'directory-address-domain':
    'direcciones que están bajo otro dominio ({detail}); quítelas y añádalas de nuevo con valija account set',
  'directory-alias-empty': 'alias que no llevan a ninguna parte ({detail}); defínalos de nuevo con valija alias set',
  'journeys-damaged':
    'las historias de valija why están dañadas: {detail}; el servidor las aparta y empieza un fichero nuevo, el correo no se ve afectado',
  'journeys-newer':
    'las historias de valija why son de la versión {detail}, que este programa no conoce; las aparta al arrancar',
  'greylist-damaged':
    'la memoria de primeros intentos está dañada: {detail}; el servidor la aparta y empieza un fichero nuevo, los desconocidos vuelven a intentarlo',
  'greylist-newer':
    'la memoria de primeros intentos es de la versión {detail}, que este programa no conoce; la aparta al usarla',
  'queue-damaged':
    'la cola está dañada: {detail}; en el próximo arranque el servidor la aparta y recupera lo que se pueda leer: guarde antes una copia',
  'queue-newer': 'la cola es de la versión {detail}, que este programa no conoce; vuelva a instalar la versión nueva',
  'reports-damaged':
    'los informes para valija reports están dañados: {detail}; el servidor los aparta y empieza un fichero nuevo, el correo no se ve afectado',
  'reports-newer':
    'los informes para valija reports son de la versión {detail}, que este programa no conoce; los aparta al usarlos',
  'tls-results-damaged':
    'los resultados de TLS con otros servidores están dañados: {detail}; el servidor los aparta y empieza un fichero nuevo, puede faltar un día en los informes',
  'tls-results-newer':
    'los resultados de TLS con otros servidores son de la versión {detail}, que este programa no conoce; los aparta al usarlos',
  'set-aside': 'el servidor lo apartó porque estaba dañado; mírelo y bórrelo después',
  'secret-open':
    'otros pueden leerlo o escribirlo (modo {detail}); ejecute chmod 600 sobre él y cambie lo que contiene',
  'secret-size': 'el secreto tiene {detail} octetos en vez de 32; el servidor hace uno nuevo en su próximo arranque',
  'foreign-owner': 'no pertenece al dueño del estado ({detail}); ejecute chown sobre él',
  'certificate-unreadable':
    'el certificado o la clave no sirven: {detail}; TLS no funcionará, ponga ficheros buenos en su lugar',
  'certificate-key':
    'la clave {detail} no es la de este certificado; TLS no funcionará, ponga la pareja correcta en su lugar',
  'certificate-expired': 'el certificado caducó el {detail}; renuévelo y recargue el servidor (SIGHUP)',
  'certificate-expiring': 'el certificado caduca el {detail}; renuévelo',
  'certificate-early': 'el certificado no vale antes del {detail}; ¿está bien el reloj?',
  'home-without-account': 'correo sin cuenta; añada la cuenta de nuevo para leerlo, o lleve la carpeta a otro sitio',
  unreadable: 'no se puede recorrer: {detail}; mire sus permisos y el disco',
  'uidlist-missing':
    'hay mensajes sin uidlist; la próxima revisión les da UID, y los clientes vuelven a bajar el buzón entero',
  'uidlist-broken':
    'la uidlist está dañada: {detail}; el servidor la aparta en su próxima revisión y la rehace a partir del índice',
  'uidlist-torn': 'la última línea está cortada, como la deja una caída; la próxima entrega la arregla',
  'uidlist-file-twice':
    'un mensaje tiene dos UID ({detail}); los clientes pueden mostrarlo dos veces: pare el servidor y quite la línea del UID menor',
  'file-twice':
    'un mensaje está en dos ficheros del mismo nombre ({detail}); compárelos y saque uno de ellos del buzón',
  'file-without-uid': 'mensajes que ningún cliente ha visto todavía ({detail}); la próxima revisión les da UID',
  'file-not-regular':
    'no es un fichero corriente ({detail}); los enlaces y las carpetas no son mensajes, sáquelos del buzón',
  'file-size':
    'el tamaño no es el que dice el nombre ({detail}); el mensaje se cortó o cambió: recupérelo de una copia, si la hay',
  'file-open': 'cualquiera en esta máquina puede leer este correo (modo {detail}); ejecute chmod o-rwx sobre ello',
  'keywords-broken':
    'líneas ilegibles en el fichero de palabras clave ({detail}); los mensajes conservan sus letras, ponga los nombres como «0 $Forwarded»',
  'keyword-unnamed': 'una palabra clave sin nombre (letra {detail}); los clientes la ven como unknown-N',
  'index-damaged': 'el índice está dañado: {detail}; es una caché: el servidor lo aparta y lo rehace',
  'index-disagrees':
    'el índice da otros números que la uidlist ({detail}); pare el servidor y borre el índice de esta cuenta, se rehace solo',
  'message-missing':
    'faltan mensajes que estaban aquí ({detail}): otro programa los quitó, o se han perdido; la próxima revisión se lo dice a los clientes',
  'journal-damaged':
    'una parte del diario no se puede leer (octetos {detail}); el servidor aparta el segmento al arrancar y recupera lo legible',
};
