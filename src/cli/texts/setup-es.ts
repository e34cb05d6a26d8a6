// Spanish: `valija setup`.

export const setupEs = {
  'setup.description': 'hace de esta máquina el servidor de correo de un dominio',
  'setup.examples': `Pregunta solo lo que no puede averiguar, enseña lo que va a hacer y lo hace; si algo falla, lo deshace todo.
Ejecutado otra vez no cambia nada de lo que hay: con otro dominio, lo añade.
Ejemplos:
  valija setup example.org --plan
  valija setup example.org
  valija setup example.org --yes --account ana@example.org --password-stdin < secreto`,
  'setup.option.hostname': 'el nombre del servidor (por omisión: mail.DOMINIO)',
  'setup.option.account': 'la primera cuenta (por omisión: postmaster@DOMINIO)',
  'setup.option.password-stdin': 'lee su contraseña de la entrada estándar',
  'setup.option.contact': 'a quién puede escribir la autoridad de certificación',
  'setup.option.acme':
    "el directorio ACME de una autoridad de certificación, o «none» (por omisión: Let's Encrypt, cuyas condiciones acepta usted)",
  'setup.option.acme-cafile': 'fichero PEM por el que se confía en la propia autoridad, cuando es suya',
  'setup.option.public-address': 'las direcciones por las que otros llegan a esta máquina, tras un router',
  'setup.option.relayhost': 'el servidor por el que sale todo el correo para otros, o «none»',
  'setup.option.yes': 'no pregunta nada: toma lo que propondría',
  'setup.option.plan': 'enseña lo que haría, y no hace nada',
  'setup.argument.domain': 'el dominio que recibe aquí su correo',
  'setup.ask.hostname': 'Nombre de este servidor',
  'setup.ask.account': 'Primera cuenta',
  'setup.ask.password': 'Contraseña de {account} (nada: se hace una): ',
  'setup.ask.acme': 'Certificados de esta autoridad, cuyas condiciones acepta usted («none» para ninguna)',
  'setup.ask.contact': 'A quién puede escribir',
  'setup.ask.public-address': 'Dirección por la que otros llegan a esta máquina (solo tiene privadas)',
  'setup.ask.relayhost': 'Servidor por el que sale el correo para otros («none»: directo a los suyos)',
  'setup.ask.go-on': '¿Hacerlo?',
  'setup.yes': 'sí',
  'setup.given-up': 'no se ha cambiado nada',
  'setup.no-domain': '«{text}» no es un nombre de dominio como example.org',
  'setup.account-elsewhere': '{account} no es una dirección de {domain}',
  'setup.plan': 'Lo que se hará:',
  'setup.nothing-to-do': 'No hay nada que hacer.',
  'setup.step.user': 'crear el usuario de sistema {subject}',
  'setup.step.folder': 'crear la carpeta {subject} ({owner}, {mode})',
  'setup.step.file': 'escribir {subject} ({owner}, {mode})',
  'setup.step.valija': 'ejecutar, como el usuario {owner}: {subject}',
  'setup.step.service': 'arrancar {subject}, ahora y con cada arranque de la máquina',
  'setup.done': 'hecho',
  'setup.was-there': 'ya estaba',
  'setup.failed': '{subject}: {reason}',
  'setup.undone': 'Todo lo hecho antes se ha deshecho.',
  'setup.remains': 'Esto no se ha podido deshacer; lo demás sí:',
  'setup.obstacles': 'Esto lo impide:',
  'setup.obstacle.not-root': 'solo root puede preparar un servidor: ejecútelo con sudo',
  'setup.obstacle.closed-folder':
    'los usuarios del servidor no pueden entrar en {folder}, donde está este programa: póngalo en otro sitio, como /opt/valija',
  'setup.obstacle.port-taken':
    'otro programa tiene los puertos {ports}: párelo primero (systemctl disable --now postfix exim4 dovecot …)',
  'setup.obstacle.other-owner':
    'el estado es de {owner} (mail_owner): añada el dominio con `valija domain add` y la cuenta con `valija account add`',
  'setup.password': 'Contraseña de {account}, que solo se enseña ahora: {password}',
  'setup.start-yourself': 'Aquí no corre systemd: arranque el servidor con\n  {command}',
  'setup.certificate-wait': 'esperando el certificado de {hostname} …',
  'setup.certificate-there': 'El certificado de {hostname} ya está.',
  'setup.certificate-missing':
    'Aún no hay certificado de una autoridad para {hostname}: valija tls list dice por qué. Hasta entonces el servidor enseña el suyo.',
  'setup.records': 'Lo que hay que publicar en el DNS de {domain}:',
  'setup.checks': 'Lo que otros ven ahora:',
  'setup.next': 'Después: publique los registros y ejecute\n  valija domain check {domain} --watch',
};
