"""Logs in by XOAUTH2 with Python's own clients: imaplib and smtplib. Arguments: service, port, user, token."""

import imaplib
import smtplib
import ssl
import sys

service, port, user, token = sys.argv[1:]
message = f"user={user}\x01auth=Bearer {token}\x01\x01"
trust = ssl.create_default_context()
trust.check_hostname = False
trust.verify_mode = ssl.CERT_NONE


def answer(challenge=None):
    """To a challenge that explains a refusal, nothing is to be said."""
    return "" if challenge else message


if service == "imaps":
    with imaplib.IMAP4_SSL("127.0.0.1", int(port), ssl_context=trust) as client:
        print(client.authenticate("XOAUTH2", lambda challenge: answer(challenge).encode()))
else:
    with smtplib.SMTP_SSL("127.0.0.1", int(port), context=trust) as client:
        client.ehlo()
        print(client.auth("XOAUTH2", answer))
