"""Writes a mail as a mail program would: encoded headers, plain text and HTML, an attachment."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

DATE = "Tue, 14 May 2019 16:20:00 +0800"


def write_mail(subject: str, body: str, *, attached: bytes, attached_name: str) -> bytes:
    """A mail with the text in plain and as HTML, and a PDF attached; all addresses end in .example."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit", max_line_length=76))
    message["Date"] = DATE
    message["From"] = Address("云麓谷县环境保护局", "office", "env.yunlugu.example")
    message["To"] = Address("雅什谷化工厂 Yashil Vadi", "works", "yashilvadi.example")
    message["Cc"] = Address("Охрана среды", "archive", "env.yunlugu.example")
    message["Subject"] = subject
    message["Message-ID"] = "<20190514162000.17@env.yunlugu.example>"
    message.set_content(body, cte="base64")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line)
    message.add_alternative(f'<html><body lang="zh">{paragraphs}</body></html>', subtype="html", cte="base64")
    message.add_attachment(attached, maintype="application", subtype="pdf", filename=attached_name)
    # Boundaries are random numbers unless they are set.
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_yunlugu_{number}")
    return message.as_bytes()
