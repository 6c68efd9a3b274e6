"""Lists as arrays of PostgreSQL, written fast: what is asked of many at once is asked by lists.

Psycopg asks of each item how it is written, and whether it needs quotes. Of those that are all of
one usual type it is known.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from psycopg.types.array import ListDumper


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


# By type, and no subclass of it, for which somebody may have chosen another way.
_WRITTEN: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        UUID: lambda one: one.hex,
        str: _quoted,
        datetime: lambda one: f'"{one}"',
        bool: lambda one: "t" if one else "f",
        int: str,
    }
)


class FastListDumper(ListDumper):
    """Writes the array psycopg would; what it has no short way for, it leaves to psycopg.

    That is what holds lists or more than one type, and texts that no array can hold.
    """

    def dump(self, obj):
        types = set(map(type, obj)) - {type(None)}
        write = _WRITTEN.get(types.pop()) if len(types) == 1 else None
        if write is None:
            return super().dump(obj)
        text = ",".join(["NULL" if one is None else write(one) for one in obj])
        if "\0" in text:
            return super().dump(obj)
        return f"{{{text}}}".encode()
