"""The statement that picks undecided suggestions which could want what others want.

As text: what they come to is read elsewhere. It tells the keys of names along, of those that are
asked about and of those that are picked.
"""

from collections.abc import Iterator

from ai_audit.proposals import content, naming
from scheduling import names, pointers

# Of candidates so many bytes are read, by the suggestion's id: some thousands of usual ones.
MOST_BYTES = 10_000_000

# No readable proposal holds a longer name, with all the space around it.
_LONGEST_NAME = 2000
# Nor a longer moment.
_LONGEST_MOMENT = 64

# What is longer is no name, and not read.
_NAME = "case when octet_length(s.{0}) <= 2000 then s.{0} end"

_LISTED = """listed as materialized (
  {0}
),"""

# Suggestions by their ids, found by these whatever the planner takes their table for.
_LOOKED_UP = """(
      select id, user_id, event_id, action_type, action_data
      from public.ai_insights_log
      where id {0}
      offset 0
    )"""

# The session that one names is found by its id, likewise.
_NAMED = "s.id = {0}.named_session"

# Whether a session has what it has now; what else is proposed may be what it has already.
_STAYS = "not l.whole or l.{0} is null"

# A name as it is read is without the blanks around it.
_TRIMMED = "cross join lateral (values (spelling.name), (btrim(spelling.name))) as written (name)"


def _columns() -> dict[str, list[str]]:
    """Where the names of each kind stand in `about`, beside those of who is `listed`."""
    columns = {"room": ["asked_room", "room"], "title": ["title"]}
    if pointers.ROOM in pointers.kept().columns:
        columns["room"].append("pointed")
    return columns | {"speaker": ["asked_speaker", "speaker_name"]}


def _spellings(source: str, *kinds: str) -> str:
    """SQL that selects each spelling of those kinds of names once, as `name`."""
    columns = [column for kind in kinds for column in _columns()[kind]]
    selected = [f"select {column} as name from {source}" for column in columns]  # noqa: S608
    if "speaker" in kinds and pointers.kept().speakers:
        selected.append(f"select name from {source} join listed using (session_id)")  # noqa: S608
    return " union ".join(selected)


# Of who names something that is wanted, of one kind and in one column.
_NAMING = """
    select said, event_id, '{0}' as what, {1} as name
    from {2}
    where (event_id, {1}) in (select event_id, name from meant where what = '{0}')"""


def _naming() -> Iterator[str]:
    """SQL that selects who names what: of each column, and of who is listed."""
    for kind, columns in _columns().items():
        for column in columns:
            yield _NAMING.format(kind, column, "about")
    if pointers.kept().speakers:
        yield _NAMING.format("speaker", "name", "about join listed using (session_id)")


# What is let through is looked at again. Those that want the same, as when the same suggestion has
# come again, are looked at once. What is looked into often is taken out of the content once, for
# each look unpacks what it looks into. Of each spelling, of names and of moments, it is asked once
# what it means; of moments only where a name is wanted, and as SQL reads them, which `check`
# compares with how they are read here. Of a time that the content does not say the session's
# counts, and any where it says what cannot be read.
def candidates() -> str:
    has = pointers.kept()
    return f"""
with undecided as materialized (
  select id, event_id, user_id, action_type, spelled_session,
    by_changes or action_type = %(create)s as whole,
    state ->> 'room' as asked_room,
    state ->> 'speaker_name' as asked_speaker,
    case when action_type = %(create)s then state ->> 'title' end as title,
    state ->> 'start_time' as asked_start,
    state ->> 'end_time' as asked_end
  from (
    select read.*,
      content -> case when by_changes then 'changes' else 'proposed_state' end as state
    from (
      select l.id, l.event_id, l.user_id, l.action_type, whole.content,
        (whole.content -> 'schedule_id')::text as spelled_session,
        l.action_type <> %(create)s
          and coalesce(jsonb_typeof(whole.content -> 'changes') = 'object', false) as by_changes
      from public.ai_insights_log as l
      cross join lateral (select l.action_data || '{{}}' as content offset 0) as whole
      where l.execution_status = 'suggested'
      and pg_column_size(l.action_data) <= {content.MOST_BYTES}
      and l.event_id = any (%(event)s::uuid[])
      and l.action_type = any (%(action)s)
      and l.id <> all (%(known)s::uuid[])
      offset 0
    ) as read
    offset 0
  ) as asked
),
said as materialized (
  select row_number() over () as said, array_agg(id) as ids, event_id,
    {naming.spelled_session_sql("spelled_session")} as named_session, whole,
    asked_room, asked_speaker, title, asked_start, asked_end
  from undecided
  group by event_id, user_id, action_type, spelled_session, whole,
    asked_room, asked_speaker, title, asked_start, asked_end
),
about as materialized (
  select l.*, s.id as session_id, s.start_time, s.end_time,
    case when {_STAYS.format("asked_room")} then {_NAME.format("room")} end as room,
    case when {_STAYS.format("asked_speaker")} then {_NAME.format("speaker_name")} end
      as speaker_name
    {
        f", case when {_STAYS.format('asked_room')} then left(s.pointed, 500) end as pointed"
        if pointers.ROOM in has.columns
        else ""
    }
  from said as l
  left join lateral (
    {pointers.sessions_where(_NAMED.format("l"))}
    offset 0
  ) as s
    on s.event_id = l.event_id
    and not s.deleted
),
{_LISTED.format(pointers.listed("select session_id from about")) if has.speakers else ""}
wanted_name as materialized (
  select n.what, n.event_id, n.name, {names.key("n.name")} as key, n.start_time, n.end_time
  from unnest(%(name_what)s::text[], %(name_event)s::uuid[], %(name)s::text[],
    %(name_start)s::timestamptz[], %(name_end)s::timestamptz[])
    as n (what, event_id, name, start_time, end_time)
),
wanted_person as materialized (
  select n.event_id, n.name, people.person, people.key, n.start_time, n.end_time
  from unnest(%(speaker_event)s::uuid[], %(speaker)s::text[], %(speaker_start)s::timestamptz[],
    %(speaker_end)s::timestamptz[]) as n (event_id, name, start_time, end_time)
  cross join lateral {names.people("n.name")} as people
  where people.key <> ''
),
spelled as materialized (
  select spelling.name, {names.key("spelling.name")} as key
  from ({_spellings("about", "room", "title")}) as spelling
  where {names.may_be("spelling.name", "select key from wanted_name")}
  and length(spelling.name) <= {_LONGEST_NAME}
),
spoken as materialized (
  select distinct spelling.name, people.key
  from ({_spellings("about", "speaker")}) as spelling
  cross join lateral {names.people("spelling.name")} as people
  where {names.may_speak("spelling.name", "select key from wanted_person")}
  and length(spelling.name) <= {_LONGEST_NAME}
  and people.key in (select key from wanted_person)
),
meant as materialized (
  select w.what, w.event_id, s.name, w.start_time, w.end_time
  from wanted_name as w
  join spelled as s
    on s.key = w.key
  union
  select 'speaker', w.event_id, s.name, w.start_time, w.end_time
  from wanted_person as w
  join spoken as s
    on s.key = w.key
),
naming as materialized (
  select named.said, m.start_time, m.end_time
  from ({" union all ".join(_naming())}) as named
  join meant as m
    on m.event_id = named.event_id
    and m.what = named.what
    and m.name = named.name
),
wanting as materialized (
  select said
  from about
  where named_session = any (%(session)s::uuid[])
  union
  select each.said
  from (
    select span.named, span.from_times, span.to_times,
      case
        when span.asked_start is null then span.start_time
        when span.whole then coalesce(first.at, '-infinity')
        else least(coalesce(first.at, '-infinity'), span.start_time)
      end as start_time,
      case
        when span.asked_end is null then span.end_time
        when span.whole then coalesce(last.at, 'infinity')
        else greatest(coalesce(last.at, 'infinity'), span.end_time)
      end as end_time
    from (
      select a.event_id, a.whole, a.asked_start, a.asked_end, a.start_time, a.end_time,
        array_agg(said) as named, array_agg(n.start_time) as from_times,
        array_agg(n.end_time) as to_times
      from naming as n
      join about as a using (said)
      group by a.event_id, a.whole, a.asked_start, a.asked_end, a.start_time, a.end_time
    ) as span
    join unnest(%(event)s::uuid[], %(zone)s::text[]) as place (event_id, zone)
      on place.event_id = span.event_id
    cross join lateral (
      select case when length(span.asked_start) <= {_LONGEST_MOMENT}
        then backoffice.moment(span.asked_start, place.zone) end as at
      offset 0
    ) as first
    cross join lateral (
      select case when length(span.asked_end) <= {_LONGEST_MOMENT}
        then backoffice.moment(span.asked_end, place.zone) end as at
      offset 0
    ) as last
  ) as span
  cross join lateral unnest(span.named, span.from_times, span.to_times)
    as each (said, from_time, to_time)
  where coalesce(span.start_time < each.to_time, true)
  and coalesce(span.end_time > each.from_time, true)
),
-- What those that come are called by: how they spell it, its key is told along
coming as materialized (
  select about.*
  from wanting
  join about using (said)
),
-- Mostly all say the same to the letter as the first; of the others those with one hash may
alike as materialized (
  select said, array_agg(id) as ids, min(id::text collate "C")::uuid as first, hash
  from (
    select first.said, l.id,
      case when not record_image_eq(row(l.action_data), row(first.action_data))
        then jsonb_hash_extended(l.action_data, 0) end as hash
    from (
      select coming.said, coming.ids, l.action_data
      from coming
      cross join lateral {_LOOKED_UP.format("= coming.ids[1]")} as l
      offset 0
    ) as first
    cross join lateral {_LOOKED_UP.format("= any (first.ids)")} as l
  ) as compared
  group by said, hash
),
come as materialized (
  select ids, first
  from alike
  where hash is null
  or cardinality(ids) = 1
  union all
  select array_agg(id), first
  from (
    select l.id,
      case when record_image_eq(row(l.action_data), row(first.action_data)) then first.id
        else l.id end as first
    from (
      select alike.ids, l.id, l.action_data
      from alike
      cross join lateral {_LOOKED_UP.format("= alike.first")} as l
      where alike.hash is not null
      and cardinality(alike.ids) > 1
      offset 0
    ) as first
    cross join lateral {_LOOKED_UP.format("= any (first.ids)")} as l
  ) as same
  group by first
)
(select read.ids, read.event_id, read.action_type, read.content, read.organization_id, s.id,
  s.start_time, s.end_time, {_NAME.format("room")}, {_NAME.format("speaker_name")},
  {"s.pointing::text" if has else "null"}
from (
  select *, sum(octet_length(content)) over (order by first) as so_far
  from (
    select come.ids, come.first, l.event_id, l.action_type, u.organization_id,
      {naming.named_session_sql("l.action_data")} as named_session,
      {content.expression("l.action_data")} as content
    from come
    cross join lateral {_LOOKED_UP.format("= come.first")} as l
    join public.user_profiles as u
      on u.id = l.user_id
    offset 0
  ) as bounded
) as read
left join lateral {pointers.pointing_sessions(_NAMED.format("read"))} as s
  on s.event_id = read.event_id
where read.so_far <= {MOST_BYTES}
order by read.first)
union all
select null, null, 'name', name, null, null, null, null, key, null, null
from (
  select name, key
  from wanted_name
  union
  select written.name, {names.key("written.name")}
  from ({_spellings("coming", "room", "title")}) as spelling
  {_TRIMMED}
  where length(spelling.name) <= {_LONGEST_NAME}
) as named
union all
select null, null, 'speaker', name, null, null, null, null, key, person, null
from (
  select name, person, key
  from wanted_person
  union
  select written.name, people.person, people.key
  from ({_spellings("coming", "speaker")}) as spelling
  {_TRIMMED}
  cross join lateral {names.people("written.name")} as people
  where length(spelling.name) <= {_LONGEST_NAME}
  and people.key <> ''
) as named
"""  # noqa: S608
