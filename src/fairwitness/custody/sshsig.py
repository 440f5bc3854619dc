"""Signatures that `ssh-keygen -Y verify` accepts (OpenSSH PROTOCOL.sshsig): a verifier that is on every laptop.

ssh-keygen -Y verify -f allowed_signers -I NAME -n fairwitness-checkpoint -s FILE.sig < FILE
"""

from __future__ import annotations

import base64
from hashlib import sha512

from fairwitness.custody.keys import SigningKey, ssh_public
from fairwitness.custody.note import NoteKey

NAMESPACE = "fairwitness-checkpoint"
_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_KIND = b"ssh-ed25519"
_LINE = 70


def ssh_signature(message: bytes, key: SigningKey, namespace: str = NAMESPACE) -> str:
    """The armoured signature over the message."""
    space, hashed = namespace.encode(), sha512(message).digest()
    covered = _MAGIC + _string(space) + _string(b"") + _string(b"sha512") + _string(hashed)
    signature = _string(_KIND) + _string(key.private.sign(covered))
    public = _string(_KIND) + _string(key.public.public)
    blob = _MAGIC + _VERSION + b"".join(map(_string, (public, space, b"", b"sha512", signature)))
    text = base64.b64encode(blob).decode("ascii")
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def allowed_signers(key: NoteKey, namespace: str = NAMESPACE) -> str:
    """The line of the file of allowed signers for that key, under its name."""
    return f'{key.name} namespaces="{namespace}" {ssh_public(key)}\n'


def _string(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw
