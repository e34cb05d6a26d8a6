# dkimpy's opinion of the ARC chain of the message on standard input: `pass`, `fail` or `none`. The DNS is the file that is given: a
# name and its text in each line, with a tab between.

import sys

import dkim

with open(sys.argv[1], encoding="ascii") as file:
    records = dict(line.rstrip("\n").split("\t", 1) for line in file)


def find(name, timeout=5):
    text = records.get(name.decode("ascii").rstrip("."))
    return None if text is None else text.encode("ascii")


chain, _, reason = dkim.ARC(sys.stdin.buffer.read()).verify(dnsfunc=find)
print(chain.decode("ascii"), "" if chain == dkim.CV_Pass else reason)
