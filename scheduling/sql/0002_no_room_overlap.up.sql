-- שמירה: אילוץ אחר באותו שם, או מפגשים חופפים, עוצרים כאן לפני שמשהו נוצר. מפגש בלי משך אינו תופס זמן
-- בחדר, ואינו מפר דבר
-- Guard: another constraint of the name, or overlapping sessions, stop here, before anything is
-- made. `manage.py migrate` has looked for both before, and tells them in more words. A session of
-- no length takes no time in its room, and breaks nothing.
do $$
declare
  needed constant text :=
    'EXCLUDE USING gist (event_id WITH =, room WITH =, '
    'tstzrange(start_time, end_time) WITH &&) WHERE ((room IS NOT NULL))';
  standing text;
  offending text;
begin
  select pg_get_constraintdef(oid)
  into standing
  from pg_catalog.pg_constraint
  where conrelid = 'public.schedules'::regclass
  and conname = 'no_room_overlap';
  if standing = needed then
    return;
  elsif standing is not null then
    raise exception using
      errcode = 'duplicate_object',
      message = 'A constraint named no_room_overlap stands with another definition; nothing was '
        'changed. Rename or drop it, then run this again.',
      detail = format(e'Standing: %s\nNeeded: %s', standing, needed);
  end if;

  select string_agg(found.line, e'\n' order by found.line)
  into offending
  from (
    select format(
      '%s: %s (%s to %s) ends before it starts',
      e.name, s.title, s.start_time, s.end_time
    )
    from public.schedules as s
    join public.events as e
      on e.id = s.event_id
    where s.end_time < s.start_time
    union all
    select format(
      '%s, room %s: %s (%s to %s) and %s (%s to %s)',
      e.name, a.room, a.title, a.start_time, a.end_time, b.title, b.start_time, b.end_time
    )
    from public.schedules as a
    join public.schedules as b
      on b.event_id = a.event_id
      and b.room = a.room
      and (b.start_time, b.id) > (a.start_time, a.id)
      and b.start_time < a.end_time
    join public.events as e
      on e.id = a.event_id
    where a.start_time < a.end_time
    and b.start_time < b.end_time
  ) as found (line);
  if offending is not null then
    raise exception using
      errcode = 'exclusion_violation',
      message = 'Sessions overlap in one room, or end before they start; nothing was '
        'changed. Mend them, then run this again.',
      detail = offending;
  end if;
end
$$;

-- הרחבה: btree_gist, כדי שאילוץ GiST ישווה מזהה אירוע ושם חדר
-- Extension: btree_gist, so that a GiST constraint can compare an event's id and a room's name
do $$
begin
  if exists (
    select
    from pg_catalog.pg_extension
    where extname = 'btree_gist'
  ) then
    return;
  end if;
  if to_regnamespace('extensions') is not null then
    create extension btree_gist with schema extensions;
  else
    create extension btree_gist with schema public;
  end if;
end
$$;

-- אילוץ: שני מפגשים של אותו אירוע לעולם אינם חופפים בזמן באותו חדר; גב אל גב מותר
-- Constraint: two sessions of one event never overlap in one room; back to back is allowed
do $$
declare
  -- Measured: 200,000 rows took up to 18 s.
  seconds_per_row constant numeric := 18.0 / 200000;
  sessions bigint;
begin
  if exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'public.schedules'::regclass
    and conname = 'no_room_overlap'
  ) then
    return;
  end if;

  select count(*)
  into sessions
  from public.schedules;
  raise notice 'public.schedules holds % rows. Building no_room_overlap locks the table against '
    'reading and writing, for up to about % s.',
    sessions, round(greatest(sessions * seconds_per_row, 0.1), 1);

  alter table public.schedules
    add constraint no_room_overlap
    exclude using gist (
      event_id with =,
      room with =,
      tstzrange(start_time, end_time) with &&
    )
    where (room is not null);
  comment on constraint no_room_overlap on public.schedules is
    'A room holds one session of an event at a time. '
    'חדר מחזיק מפגש אחד של אירוע בכל רגע.';
end
$$;
