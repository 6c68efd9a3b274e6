"""When two names are one: the one place that says so of rooms, speakers and titles.

Names are compared by `public.name_key`, and only the database computes keys: Python gets them with
the rows, or asks for those of names from elsewhere in one statement. Nothing here folds letters.
Which names are nearly the same is in `near_names`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Func, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan

# Nothing that is a name takes so many bytes, with all the space around it.
_LONGEST = 8000


def key(column: str) -> str:
    """SQL for the key of a name; a name of nothing that can be seen is its own, as is a longer one.

    What is so long that it is no name is compared to the letter, and not looked into.
    """
    its_key = f"case when octet_length({column}) <= {_LONGEST} then {_key_of_most(column)} end"
    return f"""coalesce(nullif({its_key}, ''), {column}) collate "C\""""


def _key(column: str) -> str:
    """SQL for the key of what can be a name; null of anything longer."""
    return f"case when octet_length({column}) <= {_LONGEST} then public.name_key({column}) end"


# Of ASCII and letters of Hebrew, single spaces inside, and no marks that stand for one another.
_NOT_PLAIN = r"""'[^ -~א-ת]|[`''"]|^ |  | $'"""


def _key_of_most(column: str) -> str:
    """SQL for the key of a name; of a plain one, as most are, at a fifth of the price."""
    return f"""case when {column} collate "C" ~ {_NOT_PLAIN} then public.name_key({column})
      else lower({column} collate "C") end"""


def may_be(column: str, keys: str) -> str:
    """SQL condition that costs little: false of names that have surely none of the selected keys.

    Most names are plain, and but for case they are their own keys.
    """
    return f"""(
      lower({column} collate "C") in ({keys})
      or {column} collate "C" ~ {_NOT_PLAIN}
    )"""


# What may stand between two people; `public.speaker_names` knows more closely.
_SEVERAL = r"""'[,;/\\&+|]| (and|with|עם) | ו'"""


def may_speak(column: str, keys: str) -> str:
    """The same of texts that name speakers: false where surely nobody has one of the keys."""
    return f"""(
      {may_be(column, keys)}
      or {column} collate "C" ~* {_SEVERAL}
    )"""


def people(column: str) -> str:
    """SQL for the rows (person, key) of the people that a text names as speakers.

    What is longer than any name is one, whose key it is.
    """
    fits = f"octet_length({column}) <= {_LONGEST}"
    return f"""(
      select named.person, case when {fits} then {_key_of_most("named.person")}
        else named.person end collate "C" as key
      from unnest(case when {fits} then public.speaker_names({column})
        else array[{column}] end) as named (person)
    )"""  # noqa: S608


class _Key(Func):
    """The key of a name, for the ORM; nothing of what is no name."""

    arity, output_field = 1, TextField()

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        spelled, params = compiler.compile(self.source_expressions[0])
        return _key(spelled), [*params, *params]


def holds(column: str, part: str) -> GreaterThan:
    """A condition: the name in a column holds that part, however either is spelled."""
    return GreaterThan(StrIndex(_Key(column), _Key(Value(part))), 0)


def is_name(column: Any, name: str) -> Exact:
    """A condition: the name in a column is that one, however either is spelled."""
    return Exact(_Key(column), _Key(Value(name)))


_SAME = f"""
select coalesce({_key("one")}, one) = coalesce({_key("other")}, other)
from (select %(one)s::text collate "C", %(other)s::text collate "C") as names (one, other)
"""  # noqa: S608


def same(one: str, other: str) -> bool:
    """Whether two texts are one name, or nothing can be seen of either; one statement.

    What the database holds in no text is left out of them.
    """
    one, other = (text.replace("\0", "").encode(errors="ignore").decode() for text in (one, other))
    with connection.cursor() as cursor:
        cursor.execute(_SAME, {"one": one, "other": other})
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True)
class Keys:
    """The keys of names, by name; and of those that are speakers, the people in them by key."""

    names: dict[str, str]
    people: dict[str, dict[str, str]]


_KEYS = f"""
select 0, spelled, null, {key("spelled")}
from unnest(%(names)s::text[]) as spelled
union all
select 1, spelled, people.person, people.key
from unnest(%(speakers)s::text[]) as spelled
cross join lateral {people("spelled")} as people
where people.key <> ''
"""  # noqa: S608


def keys(names: Iterable[str | None], speakers: Iterable[str | None] = ()) -> Keys:
    """The keys of names and speakers from elsewhere; None has none. One statement at most."""
    asked = [list({name for name in given if name is not None}) for given in (names, speakers)]
    found = Keys({}, {name: {} for name in asked[1]})
    if not any(asked):
        return found
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, dict(zip(("names", "speakers"), asked, strict=True)))
        for is_speaker, spelled, person, its_key in cursor.fetchall():
            if is_speaker:
                found.people[spelled].setdefault(its_key, person)
            else:
                found.names[spelled] = its_key
    return found
