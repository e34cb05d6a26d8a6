# dkimpy's opinion of each signature of the message on standard input: `pass` or `fail`, from top to bottom. The DNS is the file
# that is given: a name and its text in each line, with a tab between.

import sys

import dkim

with open(sys.argv[1], encoding="ascii") as file:
    records = dict(line.rstrip("\n").split("\t", 1) for line in file)


def find(name, timeout=5):
    text = records.get(name.decode("ascii").rstrip("."))
    return None if text is None else text.encode("ascii")


message = sys.stdin.buffer.read()
count = sum(1 for name, _ in dkim.rfc822_parse(message)[0] if name.lower() == b"dkim-signature")
for index in range(count):
    verifier = dkim.DKIM(message)
    try:
        print("pass" if verifier.verify(idx=index, dnsfunc=find) else "fail")
    except dkim.DKIMException as problem:
        print("fail", problem)
