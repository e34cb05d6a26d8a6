"""A milter by libmilter itself (python3-milter): writes down what it is told, one JSON line each, and does what a script says.

Arguments: socket, file of the script, file for what is told. The script is read anew for each client: {"eom": {"do": [["addheader", "X-A", "b"], ...],
"say": ["550", "5.7.1", "text"]}, "envrcpt": {"return": "reject"}}.
"""
import json
import sys

import Milter

SOCKET, SCRIPT, TOLD = sys.argv[1:4]
VERDICTS = {
    "continue": Milter.CONTINUE,
    "accept": Milter.ACCEPT,
    "reject": Milter.REJECT,
    "tempfail": Milter.TEMPFAIL,
    "discard": Milter.DISCARD,
}
MACROS = ["j", "i", "{auth_authen}", "{mail_addr}", "{rcpt_addr}", "{client_addr}", "{tls_version}"]


class AllTrades(Milter.Base):
    def tell(self, step, *words):
        order = self.steps.get(step, {})
        macros = {name: self.getsymval(name) for name in order.get("macros", [])}
        with open(TOLD, "a") as told:
            told.write(json.dumps([step, *words, *([macros] if macros else [])]) + "\n")
        for name, *arguments in order.get("do", []):
            if name == "replacebody":
                arguments = [arguments[0].encode()]
            getattr(self, name)(*arguments)
        if "say" in order:
            self.setreply(*order["say"])
            return Milter.TEMPFAIL if order["say"][0][0] == "4" else Milter.REJECT
        return VERDICTS[order.get("return", "continue")]

    def connect(self, hostname, family, hostaddr):
        self.steps = json.load(open(SCRIPT))
        self.body_octets = 0
        return self.tell("connect", hostname, hostaddr[0] if hostaddr else "")

    def hello(self, name):
        return self.tell("hello", name)

    def envfrom(self, sender, *parameters):
        self.body_octets = 0
        return self.tell("envfrom", sender, *parameters)

    def envrcpt(self, recipient, *parameters):
        return self.tell("envrcpt", recipient, *parameters)

    def data(self):
        return self.tell("data")

    @Milter.decode("bytes")
    def header(self, name, value):
        return self.tell("header", name, value.decode("latin1") if isinstance(value, bytes) else value)

    def eoh(self):
        return self.tell("eoh")

    def body(self, octets):
        self.body_octets += len(octets)
        return Milter.CONTINUE

    def eom(self):
        known = {name: self.getsymval(name) for name in MACROS}
        return self.tell("eom", self.body_octets, sorted(name for name, value in known.items() if value is not None))

    def abort(self):
        return Milter.CONTINUE

    def close(self):
        return Milter.CONTINUE


Milter.factory = AllTrades
Milter.set_flags(
    Milter.ADDHDRS | Milter.CHGHDRS | Milter.CHGBODY | Milter.ADDRCPT | Milter.DELRCPT | Milter.QUARANTINE | Milter.CHGFROM
)
Milter.runmilter("alltrades", SOCKET, 240)
