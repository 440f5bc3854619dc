"""A small invented leak in Chinese, Uyghur, Kazakh, Russian, Turkish and English, made file by file.

Every place, office, works and event in it is invented; no person is named. It holds what leaks hold: born-digital and
scanned PDF files, office files, a mail with an attachment, archives in archives, old encodings, a damaged file, a
locked one, an empty one and a duplicate. `python -m examples.sample_leak FOLDER` writes it.
"""

from examples.sample_leak.build import FILES, build

__all__ = ["FILES", "build"]
