"""The statement that picks undecided suggestions which could want what others want.

As text: what they come to is read elsewhere. It tells the keys of names along, of those that are
asked about and of those that are picked.
"""

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

# Where the product keeps rooms and speakers in tables of their own, what the session points to.
_POINTING = """,
    s.pointing,
    case when octet_length(s.pointing -> 'room_id' ->> 1) <= 2000
      then s.pointing -> 'room_id' ->> 1 end as pointed_room,
    array(
      select jsonb_array_elements_text(coalesce(nullif(s.pointing -> 'speakers', 'null'), '[]'))
    ) as listed"""


# A name as it is read is without the blanks around it.
_TRIMMED = "cross join lateral (values (spelling.name), (btrim(spelling.name))) as written (name)"


# Those whose name of one kind, in one column, is spelled as one that is wanted.
_NAMES_OF = """select id, event_id, whole, asked_start, asked_end, start_time, end_time,
      '{0}' as what, {1} as name
    from {2}
    where (event_id, {1}) in (select event_id, name from meant where what = '{0}')"""


def _arms(points: bool) -> list[tuple[str, str, str]]:
    arms = [("room", "asked_room", "about"), ("room", "room", "about"), ("title", "title", "about")]
    arms += [("speaker", "asked_speaker", "about"), ("speaker", "speaker_name", "about")]
    if points:
        arms.append(("room", "pointed_room", "about"))
        arms.append(("speaker", "l.name", "about cross join lateral unnest(listed) as l (name)"))
    return arms


# What is let through is looked at again. What is looked into often is taken out of the content
# once, for each look unpacks what it looks into. Of each spelling, of names and of moments, it is
# asked once what it means, for as many suggestions as have it; of moments only where a name is
# wanted, and as SQL reads them, which `check` compares with how they are read here. Of a time that
# the content does not say the session's counts, and any where it says what cannot be read. Those
# equal in all that is read of them, as when the same suggestion has come again, are one row.
def candidates() -> str:
    points = bool(pointers.kept())
    return f"""
with undecided as materialized (
  select id, event_id, named_session, by_changes or action_type = %(create)s as whole,
    state ->> 'room' as asked_room,
    state ->> 'speaker_name' as asked_speaker,
    case when action_type = %(create)s then state ->> 'title' end as title,
    state ->> 'start_time' as asked_start,
    state ->> 'end_time' as asked_end
  from (
    select read.*,
      content -> case when by_changes then 'changes' else 'proposed_state' end as state
    from (
      select l.id, l.event_id, l.action_type, whole.content,
        {naming.named_session_sql("whole.content")} as named_session,
        l.action_type <> %(create)s
          and jsonb_typeof(whole.content -> 'changes') = 'object' as by_changes
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
about as materialized (
  select l.*, s.id as session_id, s.start_time, s.end_time,
    {_NAME.format("room")} as room, {_NAME.format("speaker_name")} as speaker_name
    {_POINTING if points else ""}
  from undecided as l
  left join {pointers.pointing_sessions()} as s
    on s.id = l.named_session
    and s.event_id = l.event_id
    and s.event_id = any (%(event)s::uuid[])
),
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
  from (
    select asked_room as name from about
    union
    select room from about
    {"union select pointed_room from about" if points else ""}
    union
    select title from about
  ) as spelling
  where {names.may_be("spelling.name", "select key from wanted_name")}
  and length(spelling.name) <= {_LONGEST_NAME}
),
spoken as materialized (
  select distinct spelling.name, people.key
  from (
    select asked_speaker as name from about
    union
    select speaker_name from about
    {"union select unnest(listed) from about" if points else ""}
  ) as spelling
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
  select a.*, m.start_time as from_time, m.end_time as to_time
  from (
    {" union all ".join(_NAMES_OF.format(*arm) for arm in _arms(points))}
  ) as a
  join meant as m
    on m.event_id = a.event_id
    and m.what = a.what
    and m.name = a.name
),
wanting as materialized (
  select id
  from about
  where named_session = any (%(session)s::uuid[])
  union
  select each.id
  from (
    select span.ids, span.from_times, span.to_times,
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
      select event_id, whole, asked_start, asked_end, start_time, end_time, array_agg(id) as ids,
        array_agg(from_time) as from_times, array_agg(to_time) as to_times
      from naming
      group by event_id, whole, asked_start, asked_end, start_time, end_time
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
  cross join lateral unnest(span.ids, span.from_times, span.to_times)
    as each (id, from_time, to_time)
  where coalesce(span.start_time < each.to_time, true)
  and coalesce(span.end_time > each.from_time, true)
),
-- Those that say the same have the same hash; whether they do to the letter is seen then.
alike as materialized (
  select array_agg(id) as ids, min(id::text collate "C")::uuid as first
  from (
    select l.id, l.event_id, l.action_type, l.user_id,
      jsonb_hash_extended(l.action_data, 0) as hash
    from wanting
    join public.ai_insights_log as l
      on l.id = wanting.id
  ) as hashed
  group by event_id, action_type, user_id, hash
),
come as materialized (
  select array_agg(id) as ids, first
  from (
    select each.id,
      case when record_image_eq(row(mine.action_data), row(its.action_data)) then alike.first
        else each.id end as first
    from alike
    cross join lateral unnest(alike.ids) as each (id)
    join public.ai_insights_log as mine
      on mine.id = each.id
    join public.ai_insights_log as its
      on its.id = alike.first
  ) as same
  group by first
),
-- What those that come are called by: how they spell it, its key is told along
coming as materialized (
  select about.*
  from come
  join about
    on about.id = come.first
)
(select read.ids, read.event_id, read.action_type, read.content, read.organization_id, s.id,
  s.start_time, s.end_time, {_NAME.format("room")}, {_NAME.format("speaker_name")},
  {"s.pointing::text" if points else "null"}
from (
  select *, sum(octet_length(content)) over (order by first) as so_far
  from (
    select come.ids, come.first, l.event_id, l.action_type, u.organization_id,
      {naming.named_session_sql("l.action_data")} as named_session,
      {content.expression("l.action_data")} as content
    from come
    join public.ai_insights_log as l
      on l.id = come.first
    join public.user_profiles as u
      on u.id = l.user_id
    offset 0
  ) as bounded
) as read
left join {pointers.pointing_sessions()} as s
  on s.id = read.named_session
  and s.event_id = read.event_id
where read.so_far <= {MOST_BYTES}
order by read.first)
union all
select null, null, 'name', name, null, null, null, null, key, null, null
from (
  select name, key
  from wanted_name
  union
  select written.name, {names.key("written.name")}
  from (
    select asked_room as name from coming
    union
    select room from coming
    {"union select pointed_room from coming" if points else ""}
    union
    select title from coming
  ) as spelling
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
  from (
    select asked_speaker as name from coming
    union
    select speaker_name from coming
    {"union select unnest(listed) from coming" if points else ""}
  ) as spelling
  {_TRIMMED}
  cross join lateral {names.people("written.name")} as people
  where length(spelling.name) <= {_LONGEST_NAME}
  and people.key <> ''
) as named
"""  # noqa: S608
