"""The bounded read of a suggestion's content: the known keys and no others, cut by the database.

Rows come from a separate program and may hold anything, up to 255 MB of it, and little that is
stored can be much that is written: a number of ten bytes may have 130,000 digits. So nothing is
fetched whole. The expression here is what every query selects in place of the column; a test holds
that proposals and claims come to the same by it as by the whole content.
"""

# ruff: noqa: S608
# What is put into the statements is ours: columns, names of keys, limits.

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from ai_audit.proposals.fields import LONG_TEXT, LONGEST_READ, SHORT_READ
from ai_audit.proposals.naming import identifier
from eventflow.text.sentences import Said, Sentence
from scheduling import pointers

# Of what takes more bytes than this, as the database holds it unpacked, nothing is read.
MOST_BYTES = 1_000_000
# So many other keys are named, and so much of each name is told.
MOST_OTHERS = 50
LONGEST_NAME = 100
# So many of the AI's claims are read, over all kinds, and so much of what each is about.
MOST_CLAIMED = 200
_CLAIM_TEXT = 600

_STATES = ("proposed_state", "changes", "current_state")
_IDENTIFIERS = ("id", "event_id", "organization_id", "schedule_id")
_IN_A_STATE = dict.fromkeys(_IDENTIFIERS, SHORT_READ) | dict(LONGEST_READ)
_BESIDE = dict.fromkeys((*_IDENTIFIERS, "vip_affected"), SHORT_READ) | {
    "reasoning": LONG_TEXT + 1,
    "reason": LONG_TEXT + 1,
}
# What a row has beside its fields, and a program repeats without asking for anything.
KEPT_BY_THE_PRODUCT = ("created_at", "updated_at", "current_count")
_KNOWN = (*_BESIDE, *_STATES, "conflicts_detected")
_KINDS_SPELLED = ("id", "kind", "type", "conflict_type")
# In place of what is nested, or a number that no field takes: no field takes these either.
_STAND_IN = """'[["…"]]'::jsonb"""
_DEEP = '[["deep"]]'
_LONG_NUMBER = '[["number"]]'
_NOTHING = """('null', 'false', '0', '""', '[]', '{}')"""

TOO_DEEP = Sentence("too_deep", _lazy("It is nested too deeply."))
TOO_LONG = Sentence("number_too_long", _lazy("It holds a number that is too long."))
TOO_LARGE = Sentence(
    "too_large", _lazy("It holds %(size)s MB; no more than %(most)s MB is read of any.")
)


@dataclass(frozen=True)
class Unreadable:
    """Content that is no object, or that cannot be read; `text` is what may be shown of it.

    `reason` says why, where it is not that it is no object. `stored` tells two apart.
    """

    text: str
    reason: Said | None = None
    stored: Any = None


class Content(dict[str, Any]):
    """The known keys of a suggestion's content.

    `others` are the names of further keys, cut, and `more` says how many there are beside these.
    `beyond` are, by state, the names of what is asked for in it and is no field, likewise cut.
    `pointed` is what the current state gives for the session's pointers, texts and None alone.
    `stored` is a hash of the whole content: two that differ anywhere differ in it.
    """

    def __init__(
        self,
        known: Mapping[str, Any],
        others: Iterable[str] = (),
        more: int = 0,
        stored: Any = None,
        beyond: Mapping[str, list[str]] | None = None,
        pointed: Mapping[str, str | None] | None = None,
    ):
        super().__init__(known)
        self.others, self.more, self.stored = tuple(others), more, stored
        self.beyond = dict(beyond or {})
        self.pointed = dict(pointed or {})


def read(text: str | None) -> Content | Unreadable | None:
    """The value the expression gave; None for a JSON null."""
    if text is None:
        return None
    # Inside of a text they would be written otherwise.
    for mark, reason in ((_DEEP, TOO_DEEP), (_LONG_NUMBER, TOO_LONG)):
        if mark in text:
            return Unreadable("", reason(), text)
    found = json.loads(text)
    if "size" in found:
        size = -(-found["size"] // 100_000) / 10
        said = TOO_LARGE(size=f"{size:,.1f}", most=str(MOST_BYTES // 1_000_000))
        return Unreadable("", said, found["size"])
    if "odd" in found:
        odd = found["odd"]
        if odd is None:
            return None
        return Unreadable(json.dumps(odd, ensure_ascii=False), stored=found["stored"])
    known = {**found["beside"], **found["states"]}
    if "claimed" in found and found["claimed"] is not None:
        known["conflicts_detected"] = found["claimed"]
    return Content(
        known,
        found["others"] or (),
        found["more"],
        found["stored"],
        found.get("beyond"),
        found.get("pointed"),
    )


def pointed(content: Mapping[str, Any]) -> dict[str, UUID | None]:
    """The pointers of the session the AI saw, by column; what is no identifier is not told."""
    state = content.pointed if isinstance(content, Content) else content.get("current_state")
    if not isinstance(state, dict):
        return {}
    read = {column: identifier(state[column]) for column in pointers.COLUMNS if column in state}
    return {column: pk for column, pk in read.items() if pk or state[column] is None}


def beyond(content: Mapping[str, Any], state: str) -> list[str]:
    """The names of what is asked for in `changes` or `proposed_state` and is no field, cut.

    In a proposed state that is what is not as in the current one; but for what the product keeps
    itself, where the current one does not tell, and identifiers, which are judged.
    """
    if isinstance(content, Content):
        return content.beyond.get(state) or []
    asked, current = content.get(state), content.get("current_state")
    if not isinstance(asked, dict):
        return []
    current = current if isinstance(current, dict) else {}
    names = [name for name in asked if name not in _IN_A_STATE]
    if state == "proposed_state":
        names = [
            name
            for name in names
            if (name in current or name not in KEPT_BY_THE_PRODUCT)
            and _differ(asked[name], current.get(name))
        ]
    # As jsonb orders them.
    names.sort(key=lambda name: (len(_bytes(name)), _bytes(name)))
    return [n if len(n) <= LONGEST_NAME else f"{n[:LONGEST_NAME]}…" for n in names[:MOST_OTHERS]]


def _differ(one: object, other: object) -> bool:
    try:
        return one != other
    except RecursionError:
        return True


def _bytes(name: str) -> bytes:
    return name.encode(errors="surrogatepass")


def _texts(names: Iterable[str]) -> str:
    return "array[" + ", ".join(f"'{name}'" for name in names) + "]"


def bounded(value: str, most: str | int) -> str:
    """The SQL of a jsonb value as it is where it is short; a longer text cut, with its digest.

    That is longer than `most`, so that it is refused as too long, and two that differ stay so.
    """
    text = f"({value} #>> '{{}}')"
    number = f"({value})::numeric"
    return f"""case jsonb_typeof({value})
      when 'string' then
        case when length({text}) <= {most} then {value}
        else jsonb_build_array(left({text}, {most}) || '… [' || length({text}) || ': '
          || encode(sha256(convert_to({text}, 'UTF8')), 'hex') || ']') -> 0 end
      when 'number' then
        case when abs({number}) < 1e30 and scale({number}) <= 30 then {value}
        when abs({number}) < 1e4300 then {_STAND_IN} else '{_LONG_NUMBER}'::jsonb end
      else
        case when jsonb_typeof({value}) not in ('array', 'object') then {value}
        when {value} in ('[]', '{{}}') then {value}
        when jsonb_path_exists({value}, 'strict $.**{{900}}') then '{_DEEP}'::jsonb
        else {_STAND_IN} end
    end"""


def _known_of(value: str, limits: Mapping[str, int]) -> str:
    """The SQL of an object's keys that have limits, each value cut at its own."""
    return f"""(
      select coalesce(json_object_agg(p.key, {bounded("p.part", "p.most")}), '{{}}')
      from (
        select k.key, k.most, {value} -> k.key as part
        from unnest({_texts(limits)}, array{list(limits.values())}) as k (key, most) offset 0
      ) as p
      where p.part is not null
    )"""


def _claimed(value: str) -> str:
    """One thing the AI says it found: of an object the id, the kind and the first text."""
    return f"""case when jsonb_typeof({value}) <> 'object' or {value} = '{{}}'
      then to_json({bounded(value, _CLAIM_TEXT)})
      else (
        select coalesce(json_object_agg(p.key, {bounded("p.part", _CLAIM_TEXT)}), '{{"…": true}}')
        from (
          select key, {value} -> key as part from unnest({_texts(_KINDS_SPELLED)}) as key
          union all
          (
            select 'title', {value} -> key
            from unnest(array['title', 'message', 'description']) with ordinality as t (key, n)
            where {value} -> key not in {_NOTHING}
            order by n
            limit 1
          )
        ) as p
        where p.part is not null
      ) end"""


def _list_of_claimed(values: str, most: str) -> str:
    return f"""(
      select coalesce(json_agg({_claimed("i.item")} order by i.n), '[]')
      from (
        select item, n
        from jsonb_array_elements({values}) with ordinality as i (item, n)
        limit {most}
      ) as i
    )"""


_CLAIMS = f"""case jsonb_typeof(w.content -> 'conflicts_detected')
    when 'object' then (
      select coalesce(json_object_agg(left(k.kind, {LONGEST_NAME}),
        case jsonb_typeof(k.items) when 'array'
        then {_list_of_claimed("k.items", f"greatest(1, {MOST_CLAIMED} / k.kinds)")}
        else {_claimed("k.items")} end order by k.n), '{{}}')
      from (
        select kind, items, n, least(count(*) over (), 100) as kinds
        from jsonb_each(w.content -> 'conflicts_detected') with ordinality as k (kind, items, n)
        limit 100
      ) as k
    )
    when 'array' then {_list_of_claimed("w.content -> 'conflicts_detected'", "100")}
    else to_json({bounded("(w.content -> 'conflicts_detected')", _CLAIM_TEXT)})
  end"""

_NAME = f"""case when length(o.key) <= {LONGEST_NAME} then o.key
        else left(o.key, {LONGEST_NAME}) || '…' end"""

_BEYOND = f"""(
      select json_object_agg(s.name, (
        select json_agg({_NAME} order by o.n)
        from (
          select a.key, a.n
          from jsonb_each(s.state) with ordinality as a (key, part, n)
          where a.key <> all ({_texts(_IN_A_STATE)})
          and (s.name = 'changes' or (
            a.part <> coalesce(s.current -> a.key, 'null')
            and (a.key <> all ({_texts(KEPT_BY_THE_PRODUCT)}) or s.current ? a.key)
          ))
          order by a.n
          limit {MOST_OTHERS}
        ) as o
      ))
      from (
        select name, w.content -> name as state, case
          when jsonb_typeof(w.content -> 'current_state') = 'object'
            then w.content -> 'current_state'
          else '{{}}'::jsonb
        end as current
        from unnest(array['changes', 'proposed_state']) as name
        where jsonb_typeof(w.content -> name) = 'object'
        offset 0
      ) as s
      -- Mostly there is nothing, which is seen at a third of the price
      where s.state - {_texts(_IN_A_STATE)}
        <> case s.name when 'changes' then '{{}}' else s.current - {_texts(_IN_A_STATE)} end
    )"""

_POINTED = f"""(
      select json_object_agg(p.key, p.part)
      from (
        select key, w.content -> 'current_state' -> key as part
        from unnest({_texts(pointers.COLUMNS)}) as key
      ) as p
      where jsonb_typeof(p.part) = 'null'
      or jsonb_typeof(p.part) = 'string' and length(p.part #>> '{{}}') <= {SHORT_READ}
    )"""

_READ = f"""json_build_object(
    'beside', {_known_of("w.content", _BESIDE)},
    'states', (
      select coalesce(json_object_agg(s.name, case jsonb_typeof(s.state) when 'object'
        then {_known_of("s.state", _IN_A_STATE)}
        else to_json({bounded("s.state", SHORT_READ)}) end), '{{}}')
      from (
        select name, w.content -> name as state from unnest({_texts(_STATES)}) as name offset 0
      ) as s
      where s.state is not null
    ),
    'claimed', case when w.content -> 'conflicts_detected' is not null then {_CLAIMS} end,
    'others', (
      select json_agg({_NAME})
      from (
        select key from jsonb_object_keys(w.content) as key
        where key <> all ({_texts(_KNOWN)}) limit {MOST_OTHERS}
      ) as o
    ),
    'more', (
      select greatest(count(*) - {MOST_OTHERS}, 0) from jsonb_object_keys(w.content) as key
      where key <> all ({_texts(_KNOWN)})
    ),
    'beyond', {_BEYOND},
    'pointed', {_POINTED},
    'stored', {{stored}}
  )"""

# Not by its text, which may be a thousand times as long as what is stored.
_STORED = "json_build_array(jsonb_hash_extended({0}, 1), jsonb_hash_extended({0}, 2))"

_EXPRESSION = f"""(select case
  -- Of a row that was joined, and is not there.
  when w.raw is null then null
  when w.content is null or pg_column_size(w.content) > {MOST_BYTES}
    then json_build_object('size', pg_column_size(coalesce(w.content, w.raw)))
  when jsonb_typeof(w.content) <> 'object'
    then json_build_object(
      'odd', {bounded("w.raw", SHORT_READ)}, 'stored', {_STORED.format("w.raw")})
  else {_READ.replace("{stored}", _STORED.format("w.content"))}
  end::text
  from (
    select
      c.raw,
      case when pg_column_size(c.raw) <= {MOST_BYTES} then c.raw || '{{}}' end as content
    from (select COLUMN as raw offset 0) as c
    offset 0
  ) as w)"""


def writable(value: str) -> str:
    """The SQL condition that a jsonb value takes no more than `MOST_BYTES`, stored and written.

    What is large as it is stored is not even unpacked. How long its numbers are is estimated.
    """
    return f"""case
      when pg_column_size({value}) > {MOST_BYTES} then false
      when pg_column_size({value} || '{{}}') > {MOST_BYTES} then false
      else {MOST_BYTES} >= (
        select coalesce(sum(scale(n::numeric) + case
          when abs(n::numeric) < 1e30 then 30
          when abs(n::numeric) < 1e500 then 500
          when abs(n::numeric) < 1e5000 then 5000
          else 131072
        end), 0)
        from jsonb_path_query({value}, 'strict $.** ? (@.type() == "number")') as n
      )
    end"""


# Stands for a value that is not fetched.
NOT_FETCHED = '"\N{REPLACEMENT CHARACTER} not fetched"'


def limited(value: str) -> str:
    """The SQL that gives a jsonb value, or `NOT_FETCHED` where it is not `writable`."""
    return (
        f"(select case when {writable('c.v')} then c.v else '{NOT_FETCHED}'::jsonb end"
        f" from (select {value} as v offset 0) as c where c.v is not null)"
    )


def expression(column: str) -> str:
    """The SQL that reads a column of content, to be handed to `read`.

    What is large as it is stored is not even unpacked; the rest is, once.
    """
    return _EXPRESSION.replace("COLUMN", column)
