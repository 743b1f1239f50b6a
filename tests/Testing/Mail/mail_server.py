"""An SMTP server that demands encryption and a login, and writes each mail as a JSON line to standard output.

Arguments: port, user, password, certificate, key, and StartTls, Implicit (from the first byte) or None (it cannot encrypt).
"""
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Server(SMTP):
    async def smtp_AUTH(self, arg):
        # Names of mechanisms come in small letters too; this library alone takes them for others.
        mechanism, _, rest = (arg or "").partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())


class Endpoint(Controller):
    def factory(self):
        return Server(self.handler, **self.SMTP_kwargs)


class Printer:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": mail["Subject"],
            "text": mail.get_content(),
            "headers": [[name, value] for name, value in mail.items()],
        }), flush=True)
        return "250 taken"


def main():
    port, user, password, certificate, key, tls = sys.argv[1:7]

    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    starttls = tls == "StartTls"
    controller = Endpoint(
        Printer(), hostname="127.0.0.1", port=int(port), authenticator=check, auth_required=True,
        auth_require_tls=starttls, require_starttls=starttls, tls_context=context if starttls else None,
        ssl_context=context if tls == "Implicit" else None, enable_SMTPUTF8=True)
    controller.start()
    print(json.dumps({"ready": True}), flush=True)
    asyncio.new_event_loop().run_forever()


main()
