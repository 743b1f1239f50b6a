"""An SMTP server that demands STARTTLS and a login, and writes each mail as a JSON line to standard output.

Arguments: port, user, password, certificate, key; "plain" in place of the certificate for a server without STARTTLS.
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
    port, user, password, certificate, key = sys.argv[1:6]

    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good)

    context = None
    if certificate != "plain":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
    controller = Endpoint(
        Printer(), hostname="127.0.0.1", port=int(port), authenticator=check, auth_required=True,
        auth_require_tls=context is not None, require_starttls=context is not None, tls_context=context, enable_SMTPUTF8=True)
    controller.start()
    print(json.dumps({"ready": True}), flush=True)
    asyncio.new_event_loop().run_forever()


main()
