"""Packed files (ZIP: Word, Excel, sets of CSV) that are the same on any day."""

import io
import zipfile
from collections.abc import Iterable

# The first day that such a file can name.
_DAY = (1980, 1, 1, 0, 0, 0)


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A packed file of these parts, by their names, all of one day."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for name, content in parts:
            part = zipfile.ZipInfo(name, _DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system, part.external_attr = 3, 0o644 << 16
            out.writestr(part, content)
    return held.getvalue()


def packed_again(content: bytes) -> bytes:
    """A packed file with the same parts in the same order, without its dates."""
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        return packed((part.filename, given.read(part)) for part in given.infolist())
