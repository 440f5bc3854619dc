"""What can be wrong with a log, a checkpoint or a request for a proof."""

from __future__ import annotations

from fairwitness.core.errors import FairwitnessError


class CustodyError(FairwitnessError):
    """Something about the log of the case does not hold."""

    code = "custody"


class OutOfLog(CustodyError):
    """A position or a size was asked for that the log does not have."""

    code = "out_of_log"
    advice = "Ask for a position below the size of the log."


class BadHash(CustodyError):
    """A hash that is not the 32 bytes of a SHA-256."""

    code = "bad_hash"


class BadCheckpoint(CustodyError):
    """A text that is not a checkpoint as C2SP tlog-checkpoint defines it."""

    code = "bad_checkpoint"
    advice = "A checkpoint is three lines: the name of the log, its size, and its root in base64."


class BadTile(CustodyError):
    """A tile is missing or does not have the length that its place asks for."""

    code = "bad_tile"
    advice = "Restore the log folder of this case from a copy; the log itself must not be repaired by hand."


class BadNote(CustodyError):
    """A text that is not a signed note, or a key that is not one of a note, as C2SP signed-note defines them."""

    code = "bad_note"
    advice = "A signed note is a text, an empty line, and a line for each signature that begins with a long dash."


class UnsignedNote(CustodyError):
    """None of the keys that were asked for has signed."""

    code = "unsigned"
    advice = "Ask whoever sent it for the public key, by another way than the one the note came."


class BrokenSignature(CustodyError):
    """A signature by a key that we know does not fit what it stands under."""

    code = "broken_signature"
    advice = "The text or the signature was changed on the way, or afterwards. Ask for it again; do not rely on it."


class BadProof(CustodyError):
    """A text that is not a proof as C2SP tlog-proof defines it, or one that proves something else."""

    code = "bad_proof"


class BadKeyFile(CustodyError):
    """A file that holds no key that we can use."""

    code = "bad_key_file"
    advice = "Make a key with: fairwitness key new FILE"


class LostKey(BadKeyFile):
    """There is no key file where one was expected."""

    code = "lost_key"
    advice = (
        "Look for the copy that you put aside. If there is none, make a new key (fairwitness key new) and say so to "
        "the log: fairwitness sign CASE --key NEW --instead-of-lost --by PSEUDONYM"
    )


class WrongPassphrase(BadKeyFile):
    """The passphrase does not open the key file."""

    code = "wrong_passphrase"
    advice = "Passphrases are told apart by upper and lower case and by blanks."


class WeakPassphrase(BadKeyFile):
    """A passphrase that is guessed too easily."""

    code = "weak_passphrase"
    advice = "Take six words that have nothing to do with one another; at least 16 characters."


class OtherKey(BadKeyFile):
    """The key belongs to another log, or to another purpose."""

    code = "other_key"


class ExposedKey(BadKeyFile):
    """Others than its owner can read the key file."""

    code = "exposed_key"
    advice = "If nobody can have copied it: chmod 600 FILE. Else make a new key."


class KeyInCase(BadKeyFile):
    """A key file must not lie in a case: who has the case would have the key."""

    code = "key_in_case"
    advice = "Keep it elsewhere, best on another disk, and a copy of it in another house."


class KeyExists(BadKeyFile):
    """There is a file of that name, and key files are never overwritten."""

    code = "key_exists"
    advice = "Name another file."


class BadEnvelope(CustodyError):
    """A text that is not a DSSE envelope, or one that none of the known keys signed."""

    code = "bad_envelope"


class BadStamp(CustodyError):
    """An answer of a time-stamping authority that does not vouch for what it should."""

    code = "bad_stamp"
    advice = "Nothing was taken in. Ask the authority again with: fairwitness stamp CASE --request FILE"


class ClockSetBack(BadStamp):
    """A time that lies before something that must have come earlier."""

    code = "clock_set_back"
    advice = "One of the clocks was wrong, or was set back. Look at the clock of this machine before you go on."


class NotSigned(CustodyError):
    """There is no signed checkpoint that covers what was asked for."""

    code = "not_signed"
    advice = "Sign the log first: fairwitness sign CASE --key FILE"


class ChangedKey(OtherKey):
    """The log has been signed with another key so far."""

    code = "changed_key"
    advice = (
        "Sign with the key of the log. If it is lost, or others may have it, say so to the log: "
        "fairwitness sign CASE --key NEW --instead-of-lost --by PSEUDONYM"
    )


class Rollback(CustodyError):
    """A log is shorter than it was."""

    code = "rollback"
    advice = "Events are missing at its end, or the file is an old one. Compare with a copy of the case."


class ForkedLog(CustodyError):
    """There are two logs of one name and size that differ."""

    code = "forked_log"
    advice = "Two copies of the case went different ways. Keep both; find out who worked on which."


class RewrittenHistory(CustodyError):
    """A log does not begin with what it held before."""

    code = "rewritten_history"
    advice = "Something that was in the log is no longer there, or was changed. Keep this file: it is the evidence."


class NeedsProof(CustodyError):
    """A checkpoint came without the proof that leads from the last one to it."""

    code = "needs_proof"


class UnknownWitness(CustodyError):
    """Somebody cosigned whose key nobody has said to believe."""

    code = "unknown_witness"
    advice = "Get the public key of the witness by another way than this file, and add: --witness KEY --by PSEUDONYM"


class NotDerived(CustodyError):
    """The event is about nothing that a tool made."""

    code = "not_derived"
    advice = "Events of the type derive have one; the page of the log shows them."
