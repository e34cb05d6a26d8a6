// Why each rule decides as it does, in Spanish. A test holds this list against the rules in `mail/policy/`.

import type { RuleExplanation } from './phrases.ts';
import { SPANISH_RESTRICTIONS } from './restrictions-spanish.ts';

export const SPANISH_RULES: Readonly<Record<string, RuleExplanation>> = {
  ...SPANISH_RESTRICTIONS,
  smtpd_milters: {
    why: 'Un milter, un programa al lado de este servidor que examina el correo (smtpd_milters), está en contra. La respuesta es la del propio milter.',
    otherwise: 'Lo que diga la configuración de ese milter; o quitarlo de smtpd_milters.',
  },
  non_smtpd_milters: {
    why: 'Un milter, un programa al lado de este servidor que examina el correo (non_smtpd_milters), está en contra. La respuesta es la del propio milter.',
    otherwise: 'Lo que diga la configuración de ese milter; o quitarlo de non_smtpd_milters.',
  },
  milter_header_checks: {
    why: 'Un milter escribió un campo de cabecera del que milter_header_checks dice que el mensaje se rechace.',
    otherwise: 'Otra entrada en esa tabla; o un milter que no escriba ese campo.',
  },
  smtpd_milter_maps: {
    why: 'La entrada de smtpd_milter_maps para este cliente no se puede leer, así que no se sabe qué milters examinan su correo.',
    otherwise:
      'Una entrada que nombre milters como smtpd_milters, o DISABLE. Los detalles están en el registro, y el cliente vuelve.',
  },
  milter_default_action: {
    why: 'No se pudo preguntar a un milter, o dijo algo que nadie entiende, y milter_default_action dice qué sigue. Los detalles están en el registro.',
    otherwise:
      'Que el milter vuelva a funcionar. Con tempfail el remitente lo intenta de nuevo, así que el correo no se pierde.',
  },
  permit: { why: 'Ninguna regla tenía nada en contra.' },
  permit_auth_destination: { why: 'El destinatario vive en este servidor, así que cualquiera puede escribirle.' },
  permit_mynetworks: {
    why: 'El cliente está en una de las redes de mynetworks, cuyas máquinas pueden escribir a cualquiera.',
  },
  permit_sasl_authenticated: { why: 'El remitente es uno de nuestros usuarios y se ha identificado.' },
  message_size_limit: {
    why: 'El mensaje es mayor de lo que este servidor admite.',
    otherwise: 'Un mensaje más pequeño, o un message_size_limit mayor en valija.toml.',
  },
  header_size_limit: {
    why: 'La cabecera del mensaje es mayor que la de cualquier mensaje honrado.',
    otherwise: 'Una cabecera más pequeña, o un header_size_limit mayor en valija.toml.',
  },
  hopcount_limit: {
    why: 'Cada servidor del camino añade un campo Received. Que haya tantos significa que el mensaje da vueltas en círculo.',
    otherwise: 'Encontrar los dos servidores que se lo mandan el uno al otro y parar uno de ellos.',
  },
  authentication_required: {
    why: 'Esta puerta es para nuestros usuarios, y quiénes son se sabe porque se identifican.',
    otherwise: 'Identificarse antes. Los otros servidores traen su correo al puerto 25.',
  },
  reject_disabled_submitter: {
    why: 'La cuenta que se ha identificado está desactivada, o se borró entretanto.',
    otherwise: 'Activar de nuevo la cuenta (valija account set).',
  },
  reject_sender_login_mismatch: {
    why: 'Nadie puede enviar en nombre de otro: el remitente no es ninguna de las direcciones de la cuenta que se identificó.',
    otherwise: 'Enviar desde una dirección propia, o añadir la dirección a la cuenta (valija account set).',
  },
  reject_unclear_author: {
    why: 'Un mensaje tiene un solo campo From con al menos una dirección legible; si no, nadie puede saber quién lo escribió.',
    otherwise: 'Un programa de correo que escriba un campo From correcto.',
  },
  reject_author_login_mismatch: {
    why: 'Lo que la gente ve como autor es el campo From, y nombra una dirección que no es de la cuenta que se identificó.',
    otherwise: 'Escribir con una dirección propia en From y Sender.',
  },
  smtpd_recipient_limit: {
    why: 'Un mensaje solo puede tener cierto número de destinatarios; para los demás el cliente vuelve.',
    otherwise: 'Menos destinatarios a la vez, o un smtpd_recipient_limit mayor en valija.toml.',
  },
  reject_unauth_destination: {
    why: 'El destinatario está en otro servidor, y el cliente ni se ha identificado ni está en mynetworks. Un servidor que lleva correo de cualquiera a cualquiera (un «open relay») lo encuentran los spammers en pocas horas.',
    otherwise:
      'Identificarse en el puerto 587 o 465, o que el dominio del destinatario fuera de los nuestros (valija domain add).',
  },
  broken_table: {
    why: 'Una tabla por la que pasa esta dirección (alias, buzones, transportes) dice algo que no se puede seguir. Los detalles están en el registro.',
    otherwise: 'Corregir la tabla. El remitente vuelve a intentarlo, así que el correo no se pierde.',
  },
  error_transport: {
    why: 'transport_maps dice que a esta dirección no se entrega.',
    otherwise: 'Otra entrada en transport_maps.',
  },
  reject_unlisted_recipient: {
    why: 'El dominio es nuestro, pero nadie en él tiene esa dirección. Lo decimos mientras el remitente aún espera, porque un aviso posterior podría llegarle a alguien cuya dirección fue falsificada.',
    otherwise: 'Escribirla bien, o crear la cuenta o el alias (valija account add, valija alias add).',
  },
  reject_unverified_recipient: {
    why: 'Pasamos el correo de este dominio a otro servidor. Le hemos preguntado si aceptaría al destinatario: no lo acepta, o no se le pudo preguntar. Lo decimos mientras el remitente aún espera, pues una devolución posterior podría llegar a alguien cuya dirección falsificaron.',
    otherwise:
      'Escribir bien la dirección, crearla en el servidor de detrás, o que ese servidor vuelva a estar accesible. Si no se le puede preguntar: relay_recipient_maps con las direcciones que existen.',
  },
  reject_disabled_recipient: {
    why: 'La cuenta, o el dominio entero, está desactivada.',
    otherwise: 'Activarla de nuevo (valija account set, valija domain set).',
  },
  alias_loop: {
    why: 'Los alias que hay detrás de esta dirección solo llevan unos a otros.',
    otherwise:
      'Que alguno de ellos llevara a una cuenta. El remitente vuelve a intentarlo, así que el correo no se pierde.',
  },
  virtual_alias_expansion_limit: {
    why: 'Los alias que hay detrás de esta dirección llevan a demasiadas direcciones, o están demasiado anidados.',
    otherwise: 'Menos direcciones. El remitente vuelve a intentarlo, así que el correo no se pierde.',
  },
  quota: {
    why: 'En el buzón no hay sitio para el mensaje.',
    otherwise: 'Borrar correo antiguo, o una cuota mayor (valija account set).',
  },
  temporary_failure: {
    why: 'Falló algo que este servidor necesita (su disco, su directorio). Los detalles están en el registro.',
    otherwise: 'Repararlo. El remitente vuelve a intentarlo, así que el correo no se pierde.',
  },
  insufficient_storage: {
    why: 'El disco está lleno.',
    otherwise: 'Hacer sitio. El remitente vuelve a intentarlo, así que el correo no se pierde.',
  },
  smtpd_client_connection_count_limit: {
    why: 'Hay tantas conexiones abiertas de una misma red en esta puerta que la siguiente tiene que esperar.',
    otherwise:
      'Menos conexiones a la vez, un smtpd_client_connection_count_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  smtpd_client_connection_rate_limit: {
    why: 'Una misma red se ha conectado tantas veces en un minuto que tiene que esperar al siguiente.',
    otherwise:
      'Conectarse con menos frecuencia, un smtpd_client_connection_rate_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  smtpd_client_message_rate_limit: {
    why: 'Una misma red ha empezado tantos mensajes en un minuto que tiene que esperar al siguiente.',
    otherwise:
      'Enviar más despacio, un smtpd_client_message_rate_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  mail_client_connection_count_limit: {
    why: 'Hay tantas conexiones abiertas de una misma red en esta puerta que la siguiente tiene que esperar.',
    otherwise:
      'Menos conexiones a la vez, un mail_client_connection_count_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  mail_client_connection_rate_limit: {
    why: 'Una misma red se ha conectado tantas veces en un minuto que tiene que esperar al siguiente.',
    otherwise:
      'Conectarse con menos frecuencia, un mail_client_connection_rate_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  http_client_connection_count_limit: {
    why: 'Hay tantas conexiones HTTP abiertas de una misma red en esta puerta que la siguiente tiene que esperar.',
    otherwise:
      'Menos conexiones a la vez, un http_client_connection_count_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  http_client_connection_rate_limit: {
    why: 'Una misma red ha abierto tantas conexiones HTTP en un minuto que tiene que esperar al siguiente.',
    otherwise:
      'Conectarse con menos frecuencia, un http_client_connection_rate_limit mayor, o la red en smtpd_client_event_limit_exceptions.',
  },
  mail_max_userip_connections: {
    why: 'La cuenta tiene ya todas las sesiones que puede tener desde esta red.',
    otherwise: 'Cerrar un programa de correo, o un mail_max_userip_connections mayor.',
  },
  spf_fail: {
    why: 'El dominio del remitente publica qué máquinas pueden enviar en su nombre (SPF), y el cliente no es ninguna de ellas.',
    otherwise: 'Enviar por un servidor que figure en el registro SPF; o spf_fail_action = "accept" en valija.toml.',
  },
  authentication_temporary_error: {
    why: 'El DNS no respondió sobre el remitente, y la configuración dice que ese correo espere hasta que responda.',
    otherwise:
      'Un DNS que responda; o authentication_temporary_error = "accept", que lo deja entrar sin darlo por probado.',
  },
  trusted_arc_sealer: {
    why: 'El mensaje cambió por el camino, como pasa en las listas de correo. Un servidor de trusted_arc_sealers lo vio antes, cuando aún probaba de quién era, y lo dice bajo su sello (ARC).',
  },
  dmarc_unclear_author: {
    why: 'From nombra autores de tantos dominios que nadie puede decir qué política vale.',
    otherwise: 'Un solo autor, o varios de un mismo dominio.',
  },
  dmarc_reject: {
    why: 'Ni SPF ni una firma DKIM prueban que el mensaje venga del dominio que dice From, y ese dominio pide que ese correo se rechace (DMARC, p=reject): puede que alguien lo esté falsificando.',
    otherwise:
      'Una firma DKIM de ese dominio, o un servidor que figure en su registro SPF junto con una dirección de remitente suya. Para listas de correo: trusted_arc_sealers.',
  },
  dmarc_quarantine: {
    why: 'Ni SPF ni una firma DKIM prueban que el mensaje venga del dominio que dice From, y ese dominio pide que ese correo se aparte (DMARC, p=quarantine): va a Junk.',
    otherwise:
      'Una firma DKIM de ese dominio, o un servidor que figure en su registro SPF junto con una dirección de remitente suya.',
  },
  service_connection_limit: {
    why: 'Hay tantas conexiones abiertas en esta puerta que la siguiente tiene que esperar; en las demás hay sitio.',
    otherwise: 'Un service_connection_limit mayor, si la máquina lo aguanta.',
  },
  connection_limit: {
    why: 'Hay tantas conexiones abiertas que la siguiente tiene que esperar.',
    otherwise: 'Un connection_limit mayor, si la máquina lo aguanta.',
  },
  postscreen_greet_action: {
    why: 'El cliente habló antes del saludo que tiene que esperar, como hacen los programas que solo sueltan correo.',
    otherwise: 'Un cliente que espere el saludo; o postscreen_greet_action = "ignore".',
  },
};
