// English: `sendmail`.

export const sendmailEn = {
  'sendmail.unknown-option': 'there is no option {option}',
  'sendmail.unsupported': 'the option {option} is not supported',
  'sendmail.value-missing': 'the option {option} needs a value',
  'sendmail.no-daemon': 'the server is not started by sendmail -bd: run valija serve, or systemctl start valija',
  'sendmail.bad-body': 'the option -B needs 8BITMIME or 7BIT',
  'sendmail.bad-notify': 'warning: -N takes never, or a list of success, failure, delay; «{value}» is passed over',
  'sendmail.bad-return': 'warning: -R takes full or hdrs; «{value}» is passed over',
  'sendmail.bad-envid': 'warning: -V takes at most 100 printable ASCII characters; «{value}» is passed over',
  'sendmail.not-with': '{option} cannot be used with {other}',
  'sendmail.header-only-for-delivery': '-t can be used only to send a message',
  'sendmail.no-operands': '«{word}»: no recipient is expected here',
  'sendmail.queue-run-word-missing': '{option} needs a queue id or a domain directly behind it',
  'sendmail.no-recipients': 'recipients must be given on the command line, or with -t in the header',
  'sendmail.no-header-recipients': 'there is no recipient in the header (To, Cc, Bcc)',
  'sendmail.header-too-long': 'the header is too long to look for recipients',
  'sendmail.too-big': 'the message is larger than message_size_limit',
  'sendmail.no-login-name': 'user id {uid} has no login name',
  'sendmail.bad-input': 'the message cannot be read: {reason}',
  'sendmail.no-maildrop': 'there is no maildrop folder {folder}: the server makes it when it is first started',
  'sendmail.closed-maildrop': 'this user may not write into the maildrop folder {folder}',
  'sendmail.cannot-write': 'the message cannot be written to {folder}: {reason}',
  'sendmail.bad-config': 'the configuration is not usable:\n{complaints}',
  'sendmail.no-smtp': 'no SMTP server of ours answers at {address}',
  'sendmail.no-smtp-listener': 'the configuration has no SMTP listener',
  'sendmail.report-follows': 'A report of the delivery will be mailed to <{sender}>.',
};

export type SendmailKey = keyof typeof sendmailEn;
