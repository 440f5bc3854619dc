"""Sound and film: what the file says about itself. What is said or shown in it is not transcribed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from tinytag import TinyTag, TinyTagException

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.read._mp4_about import about_mp4
from fairwitness.text.statements import say, say_each, say_time

_BOXED = frozenset({"audio/mp4", "video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2"})
_TAGGED = frozenset({"audio/mpeg", "audio/ogg", "audio/flac", "audio/vnd.wave", "audio/aiff", "video/x-ms-asf"})
_TEXTS = (
    ("title", "title"),
    ("author", "artist"),
    ("author", "composer"),
    ("title", "album"),
    ("description", "comment"),
)
_OTHERS = (
    ("software", "encoded_by"),
    ("software", "encoder_settings"),
    ("copyright", "copyright"),
    ("company", "publisher"),
    ("language", "language"),
)


@dataclass(frozen=True, slots=True)
class ReadMedia:
    """States the tags of sound and film; always ends as not supported, since nothing is transcribed."""

    name: ClassVar[str] = "read-media"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, and that it is not transcribed."""
        if item.media_type in _BOXED:
            yield from about_mp4(item)
        elif item.media_type in _TAGGED:
            yield from _about_tags(item)
        yield End(Cause.UNSUPPORTED, "not transcribed", expected_pages=0, expected_entries=0)


def _about_tags(item: Source) -> Iterator[About]:
    item.file.seek(0)
    try:
        tags = TinyTag.get(file_obj=item.file)
    except (TinyTagException, ValueError, OSError):
        return  # a damaged head: the type is all that is known
    for name, field in _TEXTS:
        yield from say(name, getattr(tags, field), f"media tag {field}")
    for name, field in _OTHERS:
        yield from say_each(name, tags.other.get(field) or (), f"media tag {field}")
    if tags.year:
        yield from say_time("created", tags.year, "media tag year")
    if tags.duration:
        yield from say("duration-s", f"{tags.duration:.1f}", "media stream")
