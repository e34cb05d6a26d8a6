// English: `mail`. The words of the dialogue are bsd-mailx's, which scripts and fingers know.

export const mailEn = {
  'mail.banner': 'Mail version {version} (Valija).  Type ? for help.',
  'mail.version': 'Version {version} (Valija)',
  'mail.usage': `usage: mail [-dEIinv] [-a header] [-A file] [-b bcc-addr] [-c cc-addr] [-r from-addr] [-s subject] [--] to-addr ...
       mail [-dEeHIiNnv] -f [file]
       mail [-dEeHIiNnv] [-u user]
`,
  'mail.unknown-option': 'there is no option -{option}',
  'mail.value-missing': 'the option -{option} needs a value',
  'mail.file-and-people': 'Cannot give -f and people to send to',
  'mail.recipients-needed': 'You must specify to-addr recipients when using -s, -c, -b, or -r',
  'mail.bad-field': '-a takes a field of the header, «Name: value», not «{field}»; a file is attached by -A',
  'mail.no-login-name': 'user id {uid} has no login name',
  'mail.about': '{subject}: {reason}',
  'mail.error-enoent': 'No such file or directory',
  'mail.error-eacces': 'Permission denied',
  'mail.error-eperm': 'Operation not permitted',
  'mail.error-eisdir': 'Is a directory',
  'mail.error-enotdir': 'Not a directory',
  'mail.error-enospc': 'No space left on device',
  'mail.error-erofs': 'Read-only file system',
  'mail.error-eexist': 'File exists',
  'mail.error-other': '{reason}',

  'mail.no-mail': 'No mail for {user}',
  'mail.no-mailbox': '{path} is not a mailbox',
  'mail.cannot-lock': '{reason}',
  'mail.folder-gone': '{path} is there no more',
  'mail.folder-changed': '{path} was changed by another program: open it again',
  'mail.nothing-lost': 'nothing was taken out of {path}',
  'mail.one-message': '1 message',
  'mail.messages': '{count} messages',
  'mail.count-new': '{count} new',
  'mail.count-unread': '{count} unread',
  'mail.count-deleted': '{count} deleted',
  'mail.count-saved': '{count} saved',
  'mail.mark-read-only': '[Read only]',
  'mail.new-mail-arrived': 'New mail has arrived.',
  'mail.no-new-mail': 'No new mail.',
  'mail.held-one': 'Held 1 message in {path}',
  'mail.held': 'Held {count} messages in {path}',
  'mail.saved-one-in-mbox': 'Saved 1 message in {path}',
  'mail.saved-in-mbox': 'Saved {count} messages in {path}',
  'mail.file-complete': '"{path}" complete',
  'mail.file-truncated': '"{path}" truncated',

  'mail.invalid-number': '{number}: Invalid message number',
  'mail.inappropriate-message': '{number}: Inappropriate message',
  'mail.list-second-argument': 'Non-numeric second argument',
  'mail.list-star-mixed': `Can't mix "*" with anything`,
  'mail.list-numbers-with-star': 'No numbers mixed with *',
  'mail.missing-quote': 'Missing {quote}',
  'mail.unknown-colon': 'Unknown colon modifier "{word}"',
  'mail.no-applicable': 'No applicable messages',
  'mail.no-applicable-dot': 'No applicable messages.',
  'mail.no-appropriate': 'No appropriate messages',
  'mail.no-messages-from': 'No applicable messages from {{names}}',
  'mail.no-messages-satisfy': 'No messages satisfy{states}',
  'mail.beyond-end': 'Referencing beyond EOF',
  'mail.before-first': 'Referencing before 1',
  'mail.no-list-here': 'Illegal use of "message list"',

  'mail.unknown-command': 'Unknown command: "{name}"',
  'mail.not-while-sending': 'May not execute "{name}" while sending',
  'mail.not-while-sourcing': 'May not execute "{name}" while sourcing',
  'mail.no-shell-in-files': `Can't "!" while sourcing`,
  'mail.not-recursively': 'Cannot recursively invoke "{name}"',
  'mail.read-only': 'May not execute "{name}" -- message file is read only',
  'mail.too-few-words': '{name} requires at least {least} arg(s)',
  'mail.too-many-words': '{name} takes no more than {most} arg(s)',
  'mail.commands-are': 'Commands are:',
  'mail.message': 'Message {number}:',
  'mail.attachment': '[{name}, {bytes} bytes]',
  'mail.at-end': 'At EOF',
  'mail.no-more-messages': 'No more messages',
  'mail.no-more-mail': 'No more mail.',
  'mail.last-screen': 'On last screenful of messages',
  'mail.first-screen': 'On first screenful of messages',
  'mail.unknown-scroll': 'Unrecognized scrolling command "{word}"',
  'mail.no-preserve-in-files': 'Cannot "preserve" in edit mode',
  'mail.no-file': 'No file specified.',
  'mail.nothing-to-save': 'No messages to {command}.',
  'mail.appended': '[Appended]',
  'mail.new-file': '[New file]',
  'mail.no-command': 'No command specified.',
  'mail.program-failed': '{program}: ended with status {status}',
  'mail.no-previous-folder': 'No previous file',
  'mail.no-match': '"{name}": No match.',
  'mail.ambiguous': '"{name}": Ambiguous.',
  'mail.no-such-user': '{name} is no name of a user',
  'mail.name-needed': 'Non-null variable name required',
  'mail.undefined-variable': '"{name}": undefined variable',
  'mail.no-alias': '"{name}": not a group',
  'mail.none-ignored': 'No fields currently being ignored.',
  'mail.none-retained': 'No fields currently being retained.',
  'mail.nested-if': 'Illegal nested "if"',
  'mail.unknown-if': 'Unrecognized if-keyword: "{word}"',
  'mail.else-without-if': '"Else" without matching "if"',
  'mail.endif-without-if': '"Endif" without matching "if"',
  'mail.unmatched-if': 'Unmatched "if"',
  'mail.sources-too-deep': 'Too much "sourcing" going on.',
  'mail.bad-commands-file': '{path} is no file of commands',
  'mail.use-quit': 'Use "quit" to quit.',
  'mail.interrupt': 'Interrupt',

  'mail.one-reply-at-once': `Sorry, can't reply to multiple messages at once`,
  'mail.use-dot': 'Use "." to terminate letter',
  'mail.interrupt-once-more': '(Interrupt -- one more to kill letter)',
  'mail.end-of-text': 'EOT',
  'mail.continue': '(continue)',
  'mail.interpolating': 'Interpolating:',
  'mail.message-contains': 'Message contains:',
  'mail.unknown-escape': 'Unknown tilde escape.',
  'mail.read-what-file': 'Interpolate what file?',
  'mail.write-what-file': 'Write what file!?',
  'mail.no-bytes': 'No bytes from "{program}" !?',
  'mail.null-body': `Null message body; hope that's ok`,
  'mail.no-message': `No message, no subject; hope that's ok`,
  'mail.no-recipients': 'No recipients specified',
  'mail.would-send-to': 'Would be sent to: {names}',
  'mail.not-sent': 'the message was not sent: {reason}',
  'mail.report-follows': 'A report of the delivery will be mailed to <{sender}>.',

  'mail.help': `Mail commands
t [list]             show messages (also p, type, print)
T [list]             show them with all header fields, as they stand
n                    go to the next message and show it
+ -                  the message behind, or before
h [list]             list of messages;  z, z-  next and previous screen
f [list]             lines of the list for these messages
top [list]           first lines of messages
more [list]          messages through the PAGER
d [list]             delete;  dp  delete and show the next;  u  undelete
r [list]             reply to the sender and all recipients
R [list]             reply to the senders alone
m addresses          write a message
s [list] file        add messages to a file;  c  the same, not counted as saved
w [list] file        the same, without headers
pre [list]           keep messages where they arrived (also hold)
mbox [list]          move messages to the mbox when leaving
U [list]             mark messages as not read
e [list], v [list]   edit messages
| [list] command     messages through a command
fi folder            change to another folder: % (inbox), %user, & (mbox), # (the one before), +name
set variable[=value] set a variable;  unset  the opposite;  set alone lists them
alias name people    name a group of people
!command  sh  cd     shell command, shell, change directory
q                    leave; read messages go to the mbox
x                    leave, and change nothing
list                 all commands

A list is made of numbers, ranges (2-4), * (all), $ (last), ^ (first), . (current),
:n :o :u :r :d (new, old, unread, read, deleted), a sender, or /words of a subject.
`,
  'mail.escapes-help': `~. or .           end of the message
~x, ~q            ~x drops the message; ~q does, and leaves it in ~/dead.letter
~b ~c ~t people   add to Bcc, Cc, To;  ~s words  set the subject;  ~R address  set Reply-To
~h                edit To, Subject, Cc and Bcc
~p                show the message so far
~e ~v             edit it with EDITOR, VISUAL
~r file, ~d       read in a file, or ~/dead.letter;  ~w file  write the text to a file
~m list, ~M list  read in messages, indented;  ~f, ~F  not indented
~!command         run a command;  ~|command  put the text through it
~:command         a command of mail
~~words           a line that begins with ~
`,
};

export type MailKey = keyof typeof mailEn;
