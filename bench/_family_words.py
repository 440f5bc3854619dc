"""One extractor family of `bench_agreement`, in a process of its own. Started by path, reads and answers JSON lines.

    argument: tika | xberg | markitdown
    in:  "path"
    out: {"text": "...", "error": "", "wall_s": 0.1, "cpu_s": 0.1}

Each as its makers advise for text alone, without text recognition. Header fields of a mail count as its text.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

Read = Callable[[str], str]
_MAIL_FIELDS = ("dc:subject", "dc:title", "subject", "Message-From", "Message-To", "Message-Cc", "Message:From-Name")


def tika() -> Read:
    """Apache Tika as native code."""
    from iscc_tika import Extractor, PdfOcrStrategy, PdfParserConfig

    pdf = PdfParserConfig().set_ocr_strategy(PdfOcrStrategy.NO_OCR)
    extractor = Extractor().set_extract_string_max_length(2**31 - 1).set_pdf_config(pdf)

    def read(path: str) -> str:
        text, about = extractor.extract_file_to_string(path)
        if path.lower().endswith((".eml", ".msg")):
            values = {value for name in _MAIL_FIELDS for value in about.get(name, ())}
            text += "\n" + "\n".join(sorted(values))
        return str(text)

    return read


def xberg() -> Read:
    """The renamed Kreuzberg, native code in Rust."""
    import asyncio

    from xberg import ExtractInput, ExtractInputKind, ExtractionConfig, extract

    config = ExtractionConfig(disable_ocr=True, use_cache=False)

    def read(path: str) -> str:
        result = asyncio.run(extract(ExtractInput(kind=ExtractInputKind.URI, uri=path), config))
        if result.errors and not result.results:
            raise ValueError("refused")
        return "\n".join(text for document in result.results for text in _texts(document))

    def _texts(document: object) -> list[str]:
        found = [document.content or ""]
        for child in document.children or ():
            inner = getattr(child, "result", child)
            found += _texts(inner)
        return found

    return read


def markitdown() -> Read:
    """Markitdown with the extras for office files and mail."""
    from markitdown import MarkItDown

    converter = MarkItDown(enable_plugins=False)
    return lambda path: str(converter.convert(path).text_content)


def main() -> int:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # what a library prints must not get between the answers
    os.dup2(null, 2)
    try:
        read = {"tika": tika, "xberg": xberg, "markitdown": markitdown}[sys.argv[1]]()
    except ImportError:
        print(json.dumps({"ready": False}), file=answers, flush=True)
        return 1
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        path = json.loads(line)
        wall, cpu, text, error = time.perf_counter(), time.process_time(), "", ""
        try:
            text = read(path)
        except BaseException as caught:  # also a panic of native code, which is no Exception
            error = type(caught).__name__
        used = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        text = text.encode("utf-8", "replace").decode("utf-8")
        answer = {"text": text, "error": error, **used}
        print(json.dumps(answer), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
