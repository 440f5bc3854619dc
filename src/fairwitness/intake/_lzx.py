"""LZX as compiled help files use it: blocks of 32 KiB, start over at fixed intervals ([MS-PATCH] section 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

FRAME_BYTES = 1 << 15
_SLOTS = {15: 30, 16: 32, 17: 34, 18: 36, 19: 38, 20: 42, 21: 50}
_VERBATIM, _ALIGNED, _UNCOMPRESSED = 1, 2, 3
_LENGTHS, _PRETREE, _ALIGNED_TREE = 249, 20, 8
_MOST_BITS = 16

_EXTRA_BITS = [0, 0, 0, 0] + [min(slot // 2 - 1, 17) for slot in range(4, 51)]
_BASES = [0]
for _bits in _EXTRA_BITS:
    _BASES.append(_BASES[-1] + (1 << _bits))

Table = list[int]  # code of 16 bits -> symbol << 5 | bits used; 0 where no code begins so


class _Bits:
    """Bits of 16-bit little-endian words, the highest first."""

    __slots__ = ("at", "count", "data", "held")

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.held, self.count = data, 0, 0, 0

    def fill(self, wanted: int) -> None:
        while self.count < wanted:
            if self.at >= len(self.data) + 8:  # zeros may be read a little behind the end, not for ever
                raise ReadError(Cause.UNREADABLE, "compressed data are cut off")
            word = int.from_bytes(self.data[self.at : self.at + 2], "little")
            self.at += 2
            self.held = (self.held << 16 | word) & 0xFFFFFFFFFFFF
            self.count += 16

    def take(self, count: int) -> int:
        if count == 0:
            return 0
        self.fill(count)
        self.count -= count
        return self.held >> self.count & (1 << count) - 1

    def symbol(self, table: Table) -> int:
        self.fill(_MOST_BITS)
        found = table[self.held >> self.count - _MOST_BITS & 0xFFFF]
        if not found:
            raise ReadError(Cause.UNREADABLE, "compressed data are damaged")
        self.count -= found & 31
        return found >> 5

    def align(self) -> None:
        """Drop the rest of the word that was begun."""
        self.count -= self.count % 16


def _table(lengths: Sequence[int]) -> Table:
    """The canonical Huffman codes of these lengths, looked up by the next 16 bits."""
    table = [0] * (1 << _MOST_BITS)
    at = 0
    for bits in range(1, _MOST_BITS + 1):
        room = 1 << _MOST_BITS - bits
        for symbol, length in enumerate(lengths):
            if length == bits:
                if at + room > len(table):
                    raise ReadError(Cause.UNREADABLE, "compressed data are damaged")
                table[at : at + room] = [symbol << 5 | bits] * room
                at += room
    return table


class Lzx:
    """Decodes frames one after the other; `reset` before the first and at each interval."""

    def __init__(self, window_bits: int) -> None:
        if window_bits not in _SLOTS:
            raise ReadError(Cause.UNSUPPORTED, "compression window")
        self._window_bytes = 1 << window_bits
        self._main_symbols = 256 + 8 * _SLOTS[window_bits]
        self._window = bytearray()
        self.reset()

    def reset(self) -> None:
        """Begin anew, as at the start of the data."""
        self._recent = [1, 1, 1]
        self._main_lengths = [0] * self._main_symbols
        self._length_lengths = [0] * _LENGTHS
        self._main: Table = []
        self._length: Table = []
        self._aligned: Table = []
        self._kind = self._left = 0
        self._odd = False
        self._at_start = True

    def frame(self, data: bytes, size_bytes: int) -> bytes:
        """What the next frame unpacks to.

        Raises:
            ReadError: UNREADABLE if it is damaged.
        """
        bits = _Bits(data)
        if self._at_start:
            self._at_start = False
            if bits.take(1):
                bits.take(16)
                bits.take(16)  # calls in programs are translated; help pages have none
        start = len(self._window)
        end = start + size_bytes
        try:
            while len(self._window) < end:
                if not self._left:
                    self._begin_block(bits)
                room = min(self._left, end - len(self._window))
                before = len(self._window)
                if self._kind == _UNCOMPRESSED:
                    self._copy(bits, room)
                else:
                    self._decode(bits, before + room)
                self._left -= len(self._window) - before
        except IndexError:
            raise ReadError(Cause.UNREADABLE, "compressed data are damaged") from None
        out = bytes(self._window[start:end])
        if len(self._window) > 4 * self._window_bytes:
            del self._window[: -self._window_bytes]
        return out

    def _begin_block(self, bits: _Bits) -> None:
        if self._kind == _UNCOMPRESSED and self._odd:
            bits.at += 1
            self._odd = False
        self._kind = bits.take(3)
        self._left = bits.take(16) << 8 | bits.take(8)
        if self._kind == _UNCOMPRESSED:
            bits.fill(1)
            bits.align() if bits.count % 16 else bits.take(16)
            bits.at -= bits.count // 8
            bits.held = bits.count = 0
            raw = bits.data[bits.at : bits.at + 12]
            if len(raw) < 12:
                raise ReadError(Cause.UNREADABLE, "compressed data are cut off")
            self._recent = [int.from_bytes(raw[at : at + 4], "little") for at in (0, 4, 8)]
            bits.at += 12
            self._odd = bool(self._left % 2)
            return
        if self._kind not in (_VERBATIM, _ALIGNED) or not self._left:
            raise ReadError(Cause.UNREADABLE, "compressed data are damaged")
        if self._kind == _ALIGNED:
            self._aligned = _table([bits.take(3) for _ in range(_ALIGNED_TREE)])
        _read_lengths(bits, self._main_lengths, 0, 256)
        _read_lengths(bits, self._main_lengths, 256, self._main_symbols)
        self._main = _table(self._main_lengths)
        _read_lengths(bits, self._length_lengths, 0, _LENGTHS)
        self._length = _table(self._length_lengths)

    def _copy(self, bits: _Bits, count: int) -> None:
        piece = bits.data[bits.at : bits.at + count]
        if len(piece) < count:
            raise ReadError(Cause.UNREADABLE, "compressed data are cut off")
        self._window += piece
        bits.at += count

    def _decode(self, bits: _Bits, end: int) -> None:
        window, main = self._window, self._main
        append = window.append
        while len(window) < end:
            # the look-up of `_Bits.symbol`, written out: nine of ten symbols are letters
            if bits.count < _MOST_BITS:
                bits.fill(_MOST_BITS)
            found = main[bits.held >> bits.count - _MOST_BITS & 0xFFFF]
            bits.count -= found & 31
            symbol = found >> 5
            if symbol < 256:
                if not found:
                    raise ReadError(Cause.UNREADABLE, "compressed data are damaged")
                append(symbol)
                continue
            length = symbol & 7
            if length == 7:
                length += bits.symbol(self._length)
            self._match(self._offset(bits, symbol - 256 >> 3), length + 2, end)

    def _offset(self, bits: _Bits, slot: int) -> int:
        recent = self._recent
        if slot < 3:
            recent[0], recent[slot] = recent[slot], recent[0]
            return recent[0]
        extra = _EXTRA_BITS[slot]
        if self._kind == _ALIGNED and extra >= 3:
            low = bits.take(extra - 3) << 3
            low += bits.symbol(self._aligned)
        else:
            low = bits.take(extra)
        recent[2], recent[1] = recent[1], recent[0]
        recent[0] = _BASES[slot] + low - 2
        return recent[0]

    def _match(self, offset: int, length: int, end: int) -> None:
        window = self._window
        start = len(window) - offset
        if start < 0 or offset <= 0 or len(window) + length > end + FRAME_BYTES:
            raise ReadError(Cause.UNREADABLE, "compressed data are damaged")
        if offset >= length:
            window += window[start : start + length]
        else:
            piece = bytes(window[start:])
            window += (piece * (length // offset + 1))[:length]


def _read_lengths(bits: _Bits, lengths: list[int], start: int, end: int) -> None:
    pretree = _table([bits.take(4) for _ in range(_PRETREE)])
    at = start
    while at < end:
        symbol = bits.symbol(pretree)
        if symbol == 17 or symbol == 18:
            run = 4 + bits.take(4) if symbol == 17 else 20 + bits.take(5)
            value = 0
        elif symbol == 19:
            run = 4 + bits.take(1)
            value = (lengths[at] - bits.symbol(pretree)) % 17
        else:
            run, value = 1, (lengths[at] - symbol) % 17
        run = min(run, end - at)
        lengths[at : at + run] = [value] * run
        at += run


def unpack_frames(frames: Iterator[tuple[bytes, int]], window_bits: int, frames_to_reset: int) -> Iterator[bytes]:
    """Yield what each frame, given as its bytes and the size of what comes out, unpacks to.

    Raises:
        ReadError: UNREADABLE from the first damaged frame on.
    """
    decoder = Lzx(window_bits)
    for number, (data, size_bytes) in enumerate(frames):
        if number and number % frames_to_reset == 0:
            decoder.reset()
        yield decoder.frame(data, size_bytes)
