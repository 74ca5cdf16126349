"""A release's name flows in, how that release writes its mails flows out. V1 never loads what only V2 needs."""

from __future__ import annotations

from notification.writing import Letterhead, Write, plain_text


def writer(release: str, letterhead: Letterhead) -> Write:
    """V1 writes plain text, V2 text and HTML."""
    if release == "V1":
        return plain_text(letterhead)
    from notification.writing_v2 import html_and_text

    return html_and_text(letterhead)
