// What `valija state verify` found: what it means, and what to do. English.

import type { FindingCode } from '#platform/inspection/finding.ts';

export const FINDINGS_EN: Readonly<Record<FindingCode, string>> = {
  'version-missing': 'the state has no version yet; the next start of the server writes it',
  'version-unreadable':
    'this is no version file, and the server will not start; put it back from a copy, or remove it if no newer server ever ran here',
  'version-newer':
    'the state is of version {detail}, which this program does not know; install that version or go back to its before-N copy (docs/upgrading.md)',
  'version-older': 'the state is of version {detail}; the next start of the server brings it up to date, copy first',
  'migration-unfinished': 'an upgrade was interrupted after it was decided; the next start of the server finishes it',
  'directory-missing':
    'the directory of domains, accounts and passwords is missing or empty; put a copy back (docs/upgrading.md)',
  'directory-damaged':
    'the directory is damaged: {detail}; stop the server and put a copy back, or take out what can be read (docs/upgrading.md)',
  'directory-newer': 'the directory is of version {detail}, which this program does not know; install a newer version',
  'directory-reference':
    'records lead to others that do not exist ({detail}); somebody changed the file by hand: put a copy back',
  'directory-address-missing':
    'accounts or aliases without their own address ({detail}): their mail is refused; remove and add them again, their mail stays',
  'directory-address-domain':
    'addresses that stand under another domain ({detail}); remove them and add them again with valija account set',
  'directory-alias-empty': 'aliases that lead nowhere ({detail}); set them anew with valija alias set',
  'journeys-damaged':
    'the stories for valija why are damaged: {detail}; the server sets them aside and begins a new file, no mail is concerned',
  'journeys-newer':
    'the stories for valija why are of version {detail}, which this program does not know; it sets them aside when it starts',
  'greylist-damaged':
    'the memory of first tries is damaged: {detail}; the server sets it aside and begins a new file, strangers come once more',
  'greylist-newer':
    'the memory of first tries is of version {detail}, which this program does not know; it sets it aside when it is used',
  'queue-damaged':
    'the queue is damaged: {detail}; the server sets it aside at its next start and takes over what can be read: keep a copy before',
  'queue-newer': 'the queue is of version {detail}, which this program does not know; install the newer version again',
  'reports-damaged':
    'the reports for valija reports are damaged: {detail}; the server sets them aside and begins a new file, no mail is concerned',
  'reports-newer':
    'the reports for valija reports are of version {detail}, which this program does not know; it sets them aside when they are used',
  'tls-results-damaged':
    'the results of TLS with other servers are damaged: {detail}; the server sets them aside and begins a new file, a day may be missing in reports',
  'tls-results-newer':
    'the results of TLS with other servers are of version {detail}, which this program does not know; it sets them aside when they are used',
  'set-aside': 'the server set this aside because it was damaged; look at it, then remove it',
  'secret-open': 'others can read or write it (mode {detail}); run: chmod 600 on it, and change what stands in it',
  'secret-size': 'the secret has {detail} octets instead of 32; the server makes a new one at its next start',
  'foreign-owner': 'it does not belong to the owner of the state ({detail}); run: chown on it',
  'certificate-unreadable': 'certificate or key cannot be used: {detail}; TLS will not work, put good files in place',
  'certificate-key':
    'the key {detail} does not belong to this certificate; TLS will not work, put the right pair in place',
  'certificate-expired': 'the certificate ended on {detail}; renew it, then reload the server (SIGHUP)',
  'certificate-expiring': 'the certificate ends on {detail}; renew it',
  'certificate-early': 'the certificate is not valid before {detail}; is the clock right?',
  'home-without-account': 'mail without an account; add the account again to read it, or move the folder away',
  unreadable: 'it cannot be looked through: {detail}; look at its permissions and at the disk',
  'uidlist-missing': 'messages without a uidlist; the next look gives them UIDs, and clients fetch the mailbox anew',
  'uidlist-broken':
    'the uidlist is damaged: {detail}; the server sets it aside at its next look and makes it anew from the index',
  'uidlist-torn': 'the last line is cut off, as a crash leaves it; the next delivery mends it',
  'uidlist-file-twice':
    'one message has two UIDs ({detail}); clients may show it twice: stop the server and remove the line with the lower UID',
  'file-twice':
    'a message lies in two files of the same name ({detail}); compare them, and move one of them out of the mailbox',
  'file-without-uid': 'messages that no client has seen yet ({detail}); the next look gives them UIDs',
  'file-not-regular':
    'this is no plain file ({detail}); links and folders are no messages, move them out of the mailbox',
  'file-size':
    'the size is not what the file name says ({detail}); the message was cut off or changed: put it back from a copy, if there is one',
  'file-open': 'everybody on this machine can read this mail (mode {detail}); run: chmod o-rwx on it',
  'keywords-broken':
    'lines of the keywords file that nobody can read ({detail}); messages keep their letters, put the names back as «0 $Forwarded»',
  'keyword-unnamed': 'a keyword without a name (letter {detail}); clients see it as unknown-N',
  'index-damaged': 'the index is damaged: {detail}; it is a cache: the server sets it aside and makes it anew',
  'index-disagrees':
    'the index gives other numbers than the uidlist ({detail}); stop the server and remove the index of this account, it is made anew',
  'message-missing':
    'messages that were here are gone ({detail}): another program removed them, or they are lost; the next look tells the clients',
  'journal-damaged':
    'a part of the journal cannot be read (octets {detail}); the server sets the segment aside when it starts, and recovers what is readable',
};
