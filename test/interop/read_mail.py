"""Reads mail with Python's own clients; the places and the password come as JSON on standard input."""

import imaplib
import json
import poplib
import ssl
import sys

given = json.load(sys.stdin)
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE

imap = imaplib.IMAP4("127.0.0.1", given["imap"])
assert "LOGINDISABLED" in imap.capabilities, imap.capabilities
imap.starttls(context)
imap._encoding = "utf-8"  # as imaplib does itself once UTF8=ACCEPT is enabled
imap.login(given["user"], given["password"])
assert imap.select("INBOX")[0] == "OK"
status, found = imap.search(None, "SUBJECT", '"python"')
numbers = found[0].split()
assert len(numbers) == 1, found
status, parts = imap.fetch(numbers[0], "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
assert b"Subject: python" in parts[0][1], parts
assert imap.store(numbers[0], "+FLAGS", r"(\Flagged)")[0] == "OK"
imap.close()
imap.logout()

pop = poplib.POP3_SSL("127.0.0.1", given["pop3s"], context=context)
pop.user(given["user"])
pop.pass_(given["password"])
count, size = pop.stat()
uidls = pop.uidl()[1]
assert len(uidls) == count and len(set(uidls)) == count
octets = 0
for number in range(1, count + 1):
    octets += pop.retr(number)[2]
assert octets == size, (octets, size)
pop.dele(count)
pop.quit()

again = poplib.POP3_SSL("127.0.0.1", given["pop3s"], context=context)
again.user(given["user"])
again.pass_(given["password"])
assert again.stat()[0] == count - 1
assert again.uidl()[1] == uidls[: count - 1]
again.quit()
print("done")
