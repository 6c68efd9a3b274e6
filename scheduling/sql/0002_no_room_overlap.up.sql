-- הרחבה: btree_gist, כדי שאילוץ GiST ישווה מזהה אירוע ושם חדר
-- Extension: btree_gist, so that a GiST constraint can compare an event's id and a room's name
do $$
begin
  if exists (select from pg_catalog.pg_extension where extname = 'btree_gist') then
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
begin
  if exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'public.schedules'::regclass
    and conname = 'no_room_overlap'
  ) then
    return;
  end if;
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
