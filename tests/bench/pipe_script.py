"""The script that people put behind Postfix pipe(8) today: the standard library, one process for each mail, no memory.

    pipe_script.py PORT PAGE SENDER RECIPIENT < mail

It parses the mail, packs the page into a zip, composes a reply in the thread, and sends it by SMTP to the Postfix at
PORT.
"""

import email
import email.policy
import email.utils
import io
import smtplib
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path


def main():
    """Answer the mail on standard input."""
    port, page, sender, recipient = sys.argv[1:]
    asked = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
    text = asked.get_body(("plain",)).get_content()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(page, "page/index.html")
    reply = EmailMessage()
    reply["From"], reply["To"] = recipient, sender
    reply["Subject"] = f"Re: {asked['Subject']}"
    reply["Date"] = email.utils.localtime()
    reply["Message-ID"] = email.utils.make_msgid(domain="script.example")
    reply["In-Reply-To"] = reply["References"] = asked["Message-ID"]
    reply["Auto-Submitted"] = "auto-replied"
    quoted = "\n".join(f"> {line}" for line in text.splitlines()[:20])
    reply.set_content(f"Here is your page, as a zip. You wrote:\n\n{quoted}\n")
    name = f"{Path(page).stem}.zip"
    reply.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename=name)
    with smtplib.SMTP("127.0.0.1", int(port)) as relay:
        relay.send_message(reply, from_addr=recipient, to_addrs=[sender])


if __name__ == "__main__":
    main()
