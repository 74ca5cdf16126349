"""V2: a Mail flows in, a message in HTML and text flows out, from templates, with a way to unsubscribe. Pure.

One-click unsubscription (RFC 8058) is offered when an https address for it is configured, else by mail (RFC 2369).
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notification.mail import Mail
from notification.writing import Letterhead, Write, envelope


def html_and_text(letterhead: Letterhead) -> Write:
    templates = Environment(
        loader=PackageLoader("notification", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    text, html = templates.get_template("mail.txt.j2"), templates.get_template("mail.html.j2")

    def write(mail: Mail, delivery: str, now: datetime) -> EmailMessage:
        message = envelope(mail, delivery, now, letterhead.sender)
        message["X-OmniTech-Release"] = "V2"
        message["List-Unsubscribe"] = unsubscribe(letterhead, delivery)
        if letterhead.unsubscribe_url is not None:
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        words = {"subject": mail.subject, "paragraphs": paragraphs(mail.content), "year": now.year}
        message.set_content(text.render(words))
        message.add_alternative(html.render(words), subtype="html")
        return message

    return write


def paragraphs(content: str) -> list[list[str]]:
    """Blocks between blank lines, each as its lines."""
    blocks = content.replace("\r\n", "\n").split("\n\n")
    return [block.strip("\n").split("\n") for block in blocks if block.strip()]


def unsubscribe(letterhead: Letterhead, delivery: str) -> str:
    by_mail = f"<mailto:{letterhead.sender}?subject=unsubscribe>"
    if letterhead.unsubscribe_url is None:
        return by_mail
    joint = "&" if "?" in letterhead.unsubscribe_url else "?"
    return f"<{letterhead.unsubscribe_url}{joint}delivery={quote(delivery, safe='')}>, {by_mail}"
