// Spanish: `mail`.

import type { MailKey } from './mail-en.ts';

export const mailEs: Readonly<Record<MailKey, string>> = {
  'mail.banner': 'Mail versión {version} (Valija).  Escriba ? para ver la ayuda.',
  'mail.version': 'Versión {version} (Valija)',
  'mail.usage': `uso: mail [-dEIinv] [-a campo] [-A fichero] [-b ocultos] [-c copias] [-r remitente] [-s asunto] [--] destinatario ...
     mail [-dEeHIiNnv] -f [fichero]
     mail [-dEeHIiNnv] [-u usuario]
`,
  'mail.unknown-option': 'no hay opción -{option}',
  'mail.value-missing': 'la opción -{option} necesita un valor',
  'mail.file-and-people': 'No se puede usar -f y dar destinatarios a la vez',
  'mail.recipients-needed': 'Con -s, -c, -b o -r hay que dar destinatarios',
  'mail.bad-field': '-a toma un campo de la cabecera, «Nombre: valor», y no «{field}»; un fichero se adjunta con -A',
  'mail.no-login-name': 'el usuario número {uid} no tiene nombre',
  'mail.about': '{subject}: {reason}',
  'mail.error-enoent': 'No existe el fichero o el directorio',
  'mail.error-eacces': 'Permiso denegado',
  'mail.error-eperm': 'Operación no permitida',
  'mail.error-eisdir': 'Es un directorio',
  'mail.error-enotdir': 'No es un directorio',
  'mail.error-enospc': 'No queda espacio en el dispositivo',
  'mail.error-erofs': 'Sistema de ficheros de solo lectura',
  'mail.error-eexist': 'El fichero ya existe',
  'mail.error-other': '{reason}',

  'mail.no-mail': 'No hay correo para {user}',
  'mail.no-mailbox': '{path} no es un buzón',
  'mail.cannot-lock': '{reason}',
  'mail.folder-gone': '{path} ya no está',
  'mail.folder-changed': 'otro programa ha cambiado {path}: ábralo de nuevo',
  'mail.nothing-lost': 'no se ha quitado nada de {path}',
  'mail.one-message': '1 mensaje',
  'mail.messages': '{count} mensajes',
  'mail.count-new': '{count} nuevos',
  'mail.count-unread': '{count} sin leer',
  'mail.count-deleted': '{count} borrados',
  'mail.count-saved': '{count} guardados',
  'mail.mark-read-only': '[Solo lectura]',
  'mail.new-mail-arrived': 'Ha llegado correo nuevo.',
  'mail.no-new-mail': 'No hay correo nuevo.',
  'mail.held-one': 'Queda 1 mensaje en {path}',
  'mail.held': 'Quedan {count} mensajes en {path}',
  'mail.saved-one-in-mbox': '1 mensaje guardado en {path}',
  'mail.saved-in-mbox': '{count} mensajes guardados en {path}',
  'mail.file-complete': '"{path}" escrito',
  'mail.file-truncated': '"{path}" vaciado',

  'mail.invalid-number': '{number}: No hay mensaje con ese número',
  'mail.inappropriate-message': '{number}: Ese mensaje no sirve aquí',
  'mail.list-second-argument': 'El segundo extremo no es un número',
  'mail.list-star-mixed': '"*" no se puede mezclar con nada',
  'mail.list-numbers-with-star': 'No se mezclan números con *',
  'mail.missing-quote': 'Falta {quote}',
  'mail.unknown-colon': 'Después de los dos puntos no vale "{word}"',
  'mail.no-applicable': 'No hay mensajes que valgan',
  'mail.no-applicable-dot': 'No hay mensajes que valgan.',
  'mail.no-appropriate': 'No hay mensajes apropiados',
  'mail.no-messages-from': 'No hay mensajes de {{names}}',
  'mail.no-messages-satisfy': 'Ningún mensaje cumple{states}',
  'mail.beyond-end': 'No hay ninguno después',
  'mail.before-first': 'No hay ninguno antes',
  'mail.no-list-here': 'Aquí no hay mensajes que nombrar',

  'mail.unknown-command': 'Orden desconocida: "{name}"',
  'mail.not-while-sending': '"{name}" no se puede usar al enviar',
  'mail.not-while-sourcing': '"{name}" no se puede usar en un fichero de órdenes',
  'mail.no-shell-in-files': '"!" no se puede usar en un fichero de órdenes',
  'mail.not-recursively': '"{name}" no se puede usar mientras se escribe un mensaje',
  'mail.read-only': '"{name}" no se puede usar: el buzón es de solo lectura',
  'mail.too-few-words': '{name} necesita al menos {least} argumento(s)',
  'mail.too-many-words': '{name} no admite más de {most} argumento(s)',
  'mail.commands-are': 'Las órdenes son:',
  'mail.message': 'Mensaje {number}:',
  'mail.attachment': '[{name}, {bytes} bytes]',
  'mail.at-end': 'No hay más mensajes después',
  'mail.no-more-messages': 'No quedan mensajes',
  'mail.no-more-mail': 'No hay más correo.',
  'mail.last-screen': 'Es la última pantalla de mensajes',
  'mail.first-screen': 'Es la primera pantalla de mensajes',
  'mail.unknown-scroll': 'No se puede mover la lista con "{word}"',
  'mail.no-preserve-in-files': '"preserve" solo vale en el buzón de entrada',
  'mail.no-file': 'Falta el nombre del fichero.',
  'mail.nothing-to-save': 'No hay mensajes para {command}.',
  'mail.appended': '[Añadido]',
  'mail.new-file': '[Fichero nuevo]',
  'mail.no-command': 'Falta la orden.',
  'mail.program-failed': '{program}: terminó con el código {status}',
  'mail.no-previous-folder': 'No hay buzón anterior',
  'mail.no-match': '"{name}": No coincide con nada.',
  'mail.ambiguous': '"{name}": Ambiguo.',
  'mail.no-such-user': '{name} no es nombre de usuario',
  'mail.name-needed': 'Falta el nombre de la variable',
  'mail.undefined-variable': '"{name}": variable sin definir',
  'mail.no-alias': '"{name}": no es un grupo',
  'mail.none-ignored': 'No hay campos que se omitan.',
  'mail.none-retained': 'No hay campos elegidos.',
  'mail.nested-if': 'Un "if" no puede ir dentro de otro',
  'mail.unknown-if': 'Después de "if" no vale "{word}"',
  'mail.else-without-if': '"else" sin su "if"',
  'mail.endif-without-if': '"endif" sin su "if"',
  'mail.unmatched-if': 'Falta el "endif" de un "if"',
  'mail.sources-too-deep': 'Demasiados "source", uno dentro de otro.',
  'mail.bad-commands-file': '{path} no es un fichero de órdenes',
  'mail.use-quit': 'Use "quit" para salir.',
  'mail.interrupt': 'Interrumpido',

  'mail.one-reply-at-once': 'Solo se puede responder a un mensaje cada vez',
  'mail.use-dot': 'Use "." para terminar el mensaje',
  'mail.interrupt-once-more': '(Interrupción -- otra más descarta el mensaje)',
  'mail.end-of-text': 'EOT',
  'mail.continue': '(siga escribiendo)',
  'mail.interpolating': 'Se insertan:',
  'mail.message-contains': 'El mensaje contiene:',
  'mail.unknown-escape': 'No hay tal orden con ~.',
  'mail.read-what-file': '¿Qué fichero se inserta?',
  'mail.write-what-file': '¿En qué fichero se escribe?',
  'mail.no-bytes': '"{program}" no ha escrito nada',
  'mail.null-body': 'Mensaje sin texto; se envía así',
  'mail.no-message': 'Sin mensaje ni asunto; se envía así',
  'mail.no-recipients': 'No hay destinatarios',
  'mail.would-send-to': 'Se enviaría a: {names}',
  'mail.not-sent': 'el mensaje no se ha enviado: {reason}',
  'mail.report-follows': 'Se enviará un informe de la entrega a <{sender}>.',

  'mail.help': `Órdenes de mail
t [lista]             muestra mensajes (también p, type, print)
T [lista]             los muestra con todos sus campos, tal como están
n                     pasa al mensaje siguiente y lo muestra
+ -                   el mensaje de después, el de antes
h [lista]             lista de mensajes;  z, z-  pantalla siguiente y anterior
f [lista]             líneas de la lista de esos mensajes
top [lista]           primeras líneas de los mensajes
more [lista]          mensajes con el PAGER
d [lista]             borra;  dp  borra y muestra el siguiente;  u  recupera
r [lista]             responde al remitente y a todos los destinatarios
R [lista]             responde solo a los remitentes
m direcciones         escribe un mensaje
s [lista] fichero     añade mensajes a un fichero;  c  igual, sin darlos por guardados
w [lista] fichero     igual, sin cabeceras
pre [lista]           deja mensajes donde llegaron (también hold)
mbox [lista]          al salir, los lleva al mbox
U [lista]             marca mensajes como no leídos
e [lista], v [lista]  edita mensajes
| [lista] orden       pasa mensajes a una orden
fi buzón              cambia de buzón: % (entrada), %usuario, & (mbox), # (el anterior), +nombre
set variable[=valor]  define una variable;  unset  lo contrario;  set sin nada las muestra
alias nombre gente    da nombre a un grupo de personas
!orden  sh  cd        orden de la shell, shell, cambiar de directorio
q                     sale; los mensajes leídos van al mbox
x                     sale y no cambia nada
list                  todas las órdenes

Una lista se hace con números, intervalos (2-4), * (todos), $ (último), ^ (primero), . (actual),
:n :o :u :r :d (nuevos, viejos, sin leer, leídos, borrados), un remitente o /palabras del asunto.
`,
  'mail.escapes-help': `~. o .            fin del mensaje
~x, ~q            ~x descarta el mensaje; ~q también, y lo deja en ~/dead.letter
~b ~c ~t gente    añade a Bcc, Cc, To;  ~s palabras  pone el asunto;  ~R dirección  pone Reply-To
~h                edita To, Subject, Cc y Bcc
~p                muestra lo escrito
~e ~v             lo edita con EDITOR, VISUAL
~r fichero, ~d    inserta un fichero, o ~/dead.letter;  ~w fichero  escribe el texto en un fichero
~m lista          inserta mensajes, con sangría (~M: enteros);  ~f, ~F  sin ella
~!orden           ejecuta una orden;  ~|orden  pasa el texto por ella
~:orden           una orden de mail
~~palabras        una línea que empieza por ~
`,
};
