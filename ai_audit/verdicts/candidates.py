"""The statement that picks undecided suggestions which could want what others want.

As text: what they come to is read elsewhere.
"""

from ai_audit.proposals import content, naming
from scheduling import names, pointers

# Of candidates so many bytes are read, by the suggestion's id: some thousands of usual ones.
MOST_BYTES = 10_000_000

# No readable proposal holds a longer name, with all the space around it.
_LONGEST_NAME = 2000


# Where the product keeps rooms and speakers in tables of their own, what the session points to.
_POINTING = """,
    s.pointing,
    case when octet_length(s.pointing -> 'room_id' ->> 1) <= 2000
      then s.pointing -> 'room_id' ->> 1 end as pointed_room,
    array(
      select jsonb_array_elements_text(coalesce(nullif(s.pointing -> 'speakers', 'null'), '[]'))
    ) as listed"""


_OR_POINTS = """or (a.event_id, a.pointed_room) in (select event_id, name from same_name)
  or exists (
    select
    from unnest(a.listed) as l (name)
    where (a.event_id, l.name) in (select event_id, name from same_person)
  )"""


# What is let through is looked at again. What is looked into often is taken out of the content
# once, for each look unpacks what it looks into. Of each spelling the key is asked for once, for as
# many suggestions as have it.
def candidates() -> str:
    points = bool(pointers.kept())
    return f"""
with undecided as materialized (
  select
    l.id,
    l.event_id,
    l.action_type,
    u.organization_id,
    part.session_id as named_session,
    part.changes ->> 'room' as changed_room,
    part.proposed ->> 'room' as proposed_room,
    part.changes ->> 'speaker_name' as changed_speaker,
    part.proposed ->> 'speaker_name' as proposed_speaker,
    part.proposed ->> 'title' as proposed_title
  from public.ai_insights_log as l
  join public.user_profiles as u
    on u.id = l.user_id
  cross join lateral (
    select
      {naming.named_session_sql("whole.content")} as session_id,
      whole.content -> 'changes' as changes,
      whole.content -> 'proposed_state' as proposed
    from (select l.action_data || '{{}}' as content offset 0) as whole
    offset 0
  ) as part
  where l.execution_status = 'suggested'
  and pg_column_size(l.action_data) <= {content.MOST_BYTES}
  and l.event_id = any (%(event)s::uuid[])
  and l.action_type = any (%(action)s)
  and l.id <> all (%(known)s::uuid[])
),
about as materialized (
  select l.*, s.id as session_id, s.start_time, s.end_time,
    case when octet_length(s.room) <= 2000 then s.room end as room,
    case when octet_length(s.speaker_name) <= 2000 then s.speaker_name end as speaker_name
    {_POINTING if points else ""}
  from undecided as l
  left join {pointers.pointing_sessions()} as s
    on s.id = l.named_session
    and s.event_id = l.event_id
),
wanted_name as (
  select distinct n.event_id, {names.key("n.name")} as key
  from unnest(%(name_event)s::uuid[], %(name)s::text[]) as n (event_id, name)
),
wanted_person as (
  select distinct n.event_id, people.key
  from unnest(%(speaker_event)s::uuid[], %(speaker)s::text[]) as n (event_id, name)
  cross join lateral {names.people("n.name")} as people
  where people.key <> ''
),
same_name as materialized (
  select wanted_name.event_id, spelled.name
  from (
    select changed_room as name from about
    union
    select proposed_room from about
    union
    select room from about
    {"union select pointed_room from about" if points else ""}
    union
    select proposed_title from about where action_type = %(create)s
  ) as spelled
  join wanted_name
    on wanted_name.key = {names.key("spelled.name")}
  where length(spelled.name) <= {_LONGEST_NAME}
),
same_person as materialized (
  select distinct wanted_person.event_id, spelled.name
  from (
    select changed_speaker as name from about
    union
    select proposed_speaker from about
    union
    select speaker_name from about
    {"union select unnest(listed) from about" if points else ""}
  ) as spelled
  cross join lateral {names.people("spelled.name")} as people
  join wanted_person
    on wanted_person.key = people.key
  where length(spelled.name) <= {_LONGEST_NAME}
),
wanting as (
  select a.*
  from about as a
  where a.named_session = any (%(session)s::uuid[])
  or (a.event_id, a.changed_room) in (select event_id, name from same_name)
  or (a.event_id, a.proposed_room) in (select event_id, name from same_name)
  or (a.event_id, a.room) in (select event_id, name from same_name)
  or (a.event_id, a.proposed_title) in (select event_id, name from same_name)
    and a.action_type = %(create)s
  or (a.event_id, a.changed_speaker) in (select event_id, name from same_person)
  or (a.event_id, a.proposed_speaker) in (select event_id, name from same_person)
  or (a.event_id, a.speaker_name) in (select event_id, name from same_person)
  {_OR_POINTS if points else ""}
)
select id, event_id, action_type, content, organization_id, session_id, start_time, end_time, room,
  speaker_name{", pointing::text" if points else ""}
from (
  select *, sum(octet_length(content)) over (order by id) as so_far
  from (
    select a.*, {content.expression("l.action_data")} as content
    from wanting as a
    join public.ai_insights_log as l
      on l.id = a.id
    offset 0
  ) as a
) as a
where so_far <= {MOST_BYTES}
order by id
"""  # noqa: S608
