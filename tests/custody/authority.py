"""A time-stamping authority of our own, made with openssl: a root, a certificate for stamps, and answers."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_CONFIG = """\
[ tsa ]
default_tsa = here
[ here ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
clock_precision_digits = 0
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
_STAMPS = (
    "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
)


@dataclass(frozen=True)
class Authority:
    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes:
        """What the authority answers to a request."""
        (self.folder / "asked.tsq").write_bytes(request)
        _openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-queryfile", self.folder / "asked.tsq",
                 "-out", self.folder / "answer.tsr")  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()


def new_authority(folder: Path, name: str = "Heron Time") -> Authority:
    folder.mkdir()
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl("req", "-x509", *curve, "-keyout", folder / "root.key", "-out", folder / "root.pem",
             "-subj", f"/CN={name} Root", "-days", "30")  # fmt: skip
    _openssl("req", "-new", *curve, "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr", "-subj", f"/CN={name}")
    (folder / "extensions").write_text(_STAMPS)
    _openssl("x509", "-req", "-in", folder / "tsa.csr", "-CA", folder / "root.pem", "-CAkey", folder / "root.key",
             "-CAcreateserial", "-days", "30", "-extfile", folder / "extensions", "-out", folder / "tsa.pem")  # fmt: skip
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    return Authority(folder)


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
