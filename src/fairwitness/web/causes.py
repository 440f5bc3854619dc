"""What the interface calls each cause of a failure, what that means, and what somebody can do about it."""

from __future__ import annotations

from dataclasses import dataclass

from fairwitness.core.outcome import Cause
from fairwitness.web.words import N_


@dataclass(frozen=True, slots=True)
class Told:
    """A cause in words; `command` is what does something about it, where there is one."""

    name: str
    meaning: str
    advice: str
    command: str = ""


_LIMIT = N_("Read it again with a larger limit, if you trust the file.")
_REPORT = N_("Look at the file by other means on a machine that may be lost, and please report its type.")

CAUSES: dict[Cause, Told] = {
    Cause.PARTIAL: Told(
        N_("read in part"),
        N_("Something of it was read and can be searched; the rest could not be reached."),
        N_("Look at what is missing in the file itself; a repaired copy can be taken in beside it."),
    ),
    Cause.UNSUPPORTED: Told(
        N_("of a type that is not read"),
        N_("There is no reader for this type, such as sound, film, or the file of a rare program."),
        N_("Convert a copy with the program it comes from and take that in; sound and film must be listened to."),
    ),
    Cause.ENCRYPTED: Told(
        N_("encrypted"),
        N_("It is locked with a password."),
        N_("Passwords often stand in mails and notes beside the file. Write those you find into a file, one a line."),
        "fairwitness failures CASE --retry --cause encrypted --passwords FILE",
    ),
    Cause.UNREADABLE: Told(
        N_("damaged"),
        N_("The bytes are not what their type asks for: cut off, overwritten, or never whole."),
        N_("Look for another copy; the hex view shows what is there."),
    ),
    Cause.NEEDS_OCR: Told(
        N_("images of text, waiting for OCR"),
        N_("The text is there as pixels only; no search sees it yet."),
        N_("Let the text be recognised. It may be stopped at any time and goes on where it was."),
        "fairwitness ocr CASE",
    ),
    Cause.LIMIT_MEMORY: Told(
        N_("needed too much memory"),
        N_("Reading it took more memory than a reader may have."),
        _LIMIT,
        "fairwitness failures CASE --retry --cause limit_memory --memory-mib 8192",
    ),
    Cause.LIMIT_CPU: Told(
        N_("took too long"),
        N_("Reading it took more time than a reader may have."),
        _LIMIT,
        "fairwitness failures CASE --retry --cause limit_cpu --cpu-s 1200",
    ),
    Cause.LIMIT_WALL: Told(
        N_("took too long by the clock"),
        N_("Reading it did not end in time; the machine may have been busy."),
        N_("Read it again when the machine has less to do."),
        "fairwitness failures CASE --retry --cause limit_wall --wall-s 3600",
    ),
    Cause.LIMIT_OUTPUT: Told(
        N_("unpacked to too much"),
        N_("More came out of it than may: a bomb made to fill disks, or an honest archive of very even data."),
        _LIMIT,
        "fairwitness failures CASE --retry --cause limit_output --unpacked-ratio 2000",
    ),
    Cause.LIMIT_DEPTH: Told(
        N_("packed too deep"),
        N_("It lies in more containers within containers than are opened."),
        _LIMIT,
        "fairwitness failures CASE --retry --cause limit_depth --max-depth 60",
    ),
    Cause.LIMIT_ENTRIES: Told(
        N_("too many files in one"),
        N_("The container holds more files than are taken out of one."),
        _LIMIT,
        "fairwitness failures CASE --retry --cause limit_entries --max-entries 10000000",
    ),
    Cause.CRASH_SIGNAL: Told(
        N_("crashed its reader"),
        N_("The reader of its type broke down over it, in its box; nothing else was hurt."),
        _REPORT,
    ),
    Cause.SANDBOX_VIOLATION: Told(
        N_("tried what it must not"),
        N_("While it was read, something tried to reach files, the network or other programs, and was stopped."),
        N_("Take this file for hostile. Do not open it on this or any machine that matters."),
    ),
    Cause.PROTOCOL_VIOLATION: Told(
        N_("made its reader answer nonsense"),
        N_("What came out of the box did not make sense and was thrown away."),
        _REPORT,
    ),
    Cause.QUARANTINED: Told(
        N_("put aside after three attempts"),
        N_("Three attempts to read it ended without any result."),
        N_("Try once more on a machine with more memory; else look at the file by other means."),
        "fairwitness failures CASE --retry --cause quarantined",
    ),
    Cause.DISAPPEARED: Told(
        N_("gone when it was to be copied"),
        N_("It was seen in the leak and was no longer there a moment later."),
        N_("Connect the disk again and take the leak in once more; what is there is not copied twice."),
        "fairwitness open LEAK --case CASE",
    ),
    Cause.DENIED: Told(
        N_("refused by the disk"),
        N_("The system did not let us read its bytes: permissions, or a failing disk."),
        N_("Look at the permissions, or make an image of the disk, and take the leak in once more."),
        "fairwitness open LEAK --case CASE",
    ),
    Cause.SYMLINK: Told(
        N_("links, not followed"),
        N_("It only points to another place, which may lie outside of the leak."),
        N_("If what it points to belongs to the leak, take that in too."),
    ),
    Cause.SPECIAL: Told(
        N_("no files: devices, sockets, pipes"), N_("It holds no bytes of its own."), N_("Nothing needs to be done.")
    ),
    Cause.NOT_READ_YET: Told(
        N_("not read yet"),
        N_("The reading was stopped before it came to this, or still goes on."),
        N_("Go on with the same command."),
        "fairwitness open CASE",
    ),
    Cause.MISSING_MODEL: Told(
        N_("in a script whose model is missing"),
        N_("This machine lacks what recognises the script of these pages."),
        N_("The command names what is missing and how to install it."),
        "fairwitness ocr CASE",
    ),
}
"""Every cause that counts as failed."""
