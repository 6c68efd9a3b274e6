-- What deployments since January 2026 have besides: tables for rooms, tracks, days and speakers, and
-- the sessions' pointers to them. The product's newer pages write these instead of the text. Loaded
-- on top of the rest where the shape is that of production. The policies look the organization up
-- themselves, because such a deployment need not have the helper.
select set_config('role', current_setting('eventflow.owner'), true);

create table public.rooms (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid not null references public.events (id) on delete cascade,
    name text not null,
    building text,
    floor text,
    capacity integer not null,
    setup_type text,
    backup_room_id uuid references public.rooms (id),
    is_available boolean default true,
    sort_order integer default 0,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

comment on table public.rooms is 'The rooms of an event, as the newer pages keep them.';

create table public.tracks (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid not null references public.events (id) on delete cascade,
    name text not null,
    name_en text,
    color text,
    is_active boolean default true,
    sort_order integer default 0
);

comment on table public.tracks is 'The tracks of an event.';

create table public.program_days (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid not null references public.events (id) on delete cascade,
    day_number integer,
    date date not null,
    title text,
    start_time time default '08:00',
    end_time time default '18:00',
    unique (event_id, day_number),
    unique (event_id, date)
);

comment on table public.program_days is 'The days of an event''s programme.';

create table public.speakers (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid not null references public.events (id) on delete cascade,
    first_name text not null,
    last_name text not null,
    full_name text generated always as (first_name || ' ' || last_name) stored,
    is_vip boolean default false,
    created_at timestamptz default now()
);

comment on table public.speakers is 'Who speaks at an event.';

create type public.session_speaker_role as enum ('speaker', 'moderator', 'panelist', 'host');

comment on type public.session_speaker_role is 'What a speaker does in a session.';

create table public.session_speakers (
    id uuid primary key default extensions.uuid_generate_v4(),
    schedule_id uuid references public.schedules (id) on delete cascade,
    speaker_id uuid references public.speakers (id) on delete cascade,
    role public.session_speaker_role default 'speaker',
    unique (schedule_id, speaker_id, role)
);

comment on table public.session_speakers is 'Who speaks in which session.';

alter table public.schedules
    add column program_day_id uuid references public.program_days (id),
    add column time_block_id uuid,
    add column track_id uuid references public.tracks (id),
    add column room_id uuid references public.rooms (id),
    add column backup_room_id uuid references public.rooms (id),
    add column session_type text default 'session',
    add column difficulty_level text,
    add column tags text [] default '{}',
    add column livestream_url text,
    add column is_published boolean default false,
    add column published_at timestamptz,
    add column is_deleted boolean default false,
    add column deleted_at timestamptz;

create table public.room_bookings (
    id uuid primary key default extensions.uuid_generate_v4(),
    room_id uuid references public.rooms (id) on delete cascade,
    schedule_id uuid references public.schedules (id) on delete cascade,
    program_day_id uuid references public.program_days (id),
    start_time time,
    end_time time,
    setup_time_minutes integer default 15,
    teardown_time_minutes integer default 15,
    status text default 'tentative' check (status in ('tentative', 'confirmed', 'cancelled'))
);

comment on table public.room_bookings is 'When a room is booked, with the time around it.';

create table public.contingency_plans (
    id uuid primary key default extensions.uuid_generate_v4(),
    schedule_id uuid references public.schedules (id) on delete cascade,
    plan text not null
);

comment on table public.contingency_plans is 'What is done where a session cannot take place.';

-- No foreign key keeps it to the sessions.
create table public.messages (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid references public.events (id) on delete cascade,
    schedule_id uuid,
    body text,
    scheduled_for timestamptz,
    created_at timestamptz default now()
);

comment on table public.messages is 'What is sent, planned reminders of sessions among it.';

create table public.schedule_changes (
    id uuid primary key default extensions.uuid_generate_v4(),
    schedule_id uuid references public.schedules (id) on delete cascade,
    changed_by uuid,
    change_type text,
    field_changed text,
    old_value text,
    new_value text,
    created_at timestamptz default now()
);

comment on table public.schedule_changes is 'What became of sessions, one row for each update.';

-- With the rights, and the path, of whoever updates; a mere count of registrations is an update too.
create function public.note_schedule_change()
returns trigger
language plpgsql
as $$
begin
    insert into schedule_changes (schedule_id, changed_by, change_type, old_value, new_value)
    values (new.id, auth.uid(), 'update', old.title, new.title);
    return null;
end
$$;

comment on function public.note_schedule_change() is 'Notes each update of a session.';

create trigger note_schedule_change
after update on public.schedules
for each row
execute function public.note_schedule_change();

create index idx_rooms_event_id on public.rooms (event_id);
create index idx_tracks_event_id on public.tracks (event_id);
create index idx_speakers_event_id on public.speakers (event_id);
create index idx_room_bookings_schedule_id on public.room_bookings (schedule_id);
create index idx_schedule_changes_schedule_id on public.schedule_changes (schedule_id);

do $$
declare
    kept text;
begin
    foreach kept in array array['rooms', 'tracks', 'program_days', 'speakers', 'messages']
    loop
        execute format('alter table public.%I enable row level security', kept);
        execute format(
            'create policy %1$I on public.%2$I for all to authenticated using (exists ('
            'select from public.events join public.user_profiles'
            ' on user_profiles.organization_id = events.organization_id'
            ' where events.id = %2$I.event_id and user_profiles.id = auth.uid()))',
            kept || '_own_organization',
            kept
        );
    end loop;
    foreach kept in array array[
        'session_speakers', 'room_bookings', 'contingency_plans', 'schedule_changes'
    ]
    loop
        execute format('alter table public.%I enable row level security', kept);
        execute format(
            'create policy %1$I on public.%2$I for all to authenticated using (exists ('
            'select from public.schedules join public.events on events.id = schedules.event_id'
            ' join public.user_profiles'
            ' on user_profiles.organization_id = events.organization_id'
            ' where schedules.id = %2$I.schedule_id and user_profiles.id = auth.uid()))',
            kept || '_own_organization',
            kept
        );
    end loop;
end
$$;

set local role none;
