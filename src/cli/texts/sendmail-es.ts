// Español: `sendmail`.

import type { sendmailEn } from './sendmail-en.ts';

export const sendmailEs: Readonly<Record<keyof typeof sendmailEn, string>> = {
  'sendmail.unknown-option': 'no hay opción {option}',
  'sendmail.unsupported': 'la opción {option} no se admite',
  'sendmail.value-missing': 'a la opción {option} le falta un valor',
  'sendmail.no-daemon': 'el servidor no se arranca con sendmail -bd: ejecute valija serve, o systemctl start valija',
  'sendmail.bad-body': 'la opción -B necesita 8BITMIME o 7BIT',
  'sendmail.bad-notify': 'aviso: -N admite never, o una lista de success, failure, delay; se ignora «{value}»',
  'sendmail.bad-return': 'aviso: -R admite full o hdrs; se ignora «{value}»',
  'sendmail.bad-envid': 'aviso: -V admite hasta 100 caracteres ASCII imprimibles; se ignora «{value}»',
  'sendmail.not-with': '{option} no puede usarse con {other}',
  'sendmail.header-only-for-delivery': '-t solo sirve para enviar un mensaje',
  'sendmail.no-operands': '«{word}»: aquí no se espera ningún destinatario',
  'sendmail.queue-run-word-missing': 'detrás de {option} va, pegado, un identificador de cola o un dominio',
  'sendmail.no-recipients': 'faltan los destinatarios: en la línea de órdenes o, con -t, en la cabecera',
  'sendmail.no-header-recipients': 'no hay destinatarios en la cabecera (To, Cc, Bcc)',
  'sendmail.header-too-long': 'la cabecera es demasiado larga para buscar en ella destinatarios',
  'sendmail.too-big': 'el mensaje es mayor que message_size_limit',
  'sendmail.no-login-name': 'el usuario número {uid} no tiene nombre',
  'sendmail.bad-input': 'no se puede leer el mensaje: {reason}',
  'sendmail.no-maildrop': 'no existe la carpeta de recogida {folder}: la crea el servidor al arrancar por primera vez',
  'sendmail.closed-maildrop': 'este usuario no puede escribir en la carpeta de recogida {folder}',
  'sendmail.cannot-write': 'no se puede escribir el mensaje en {folder}: {reason}',
  'sendmail.bad-config': 'la configuración no sirve:\n{complaints}',
  'sendmail.no-smtp': 'ningún servidor SMTP nuestro responde en {address}',
  'sendmail.no-smtp-listener': 'la configuración no tiene ningún servicio SMTP',
  'sendmail.report-follows': 'Se enviará un informe de la entrega a <{sender}>.',
};
