-- The owner makes these itself, so that it owns them and the default privileges apply.
select set_config('role', current_setting('eventflow.owner'), true);

create type public.event_status as enum (
    'draft',
    'planning',
    'active',
    'completed',
    'cancelled'
);

comment on type public.event_status is 'How far an event has come.';

create type public.participant_status as enum (
    'invited',
    'confirmed',
    'declined',
    'maybe',
    'checked_in',
    'no_show'
);

comment on type public.participant_status is 'What a participant answered, and whether they came.';

create table public.organizations (
    id uuid primary key default extensions.uuid_generate_v4(),
    name text not null,
    logo_url text,
    settings jsonb default '{}',
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

comment on table public.organizations is
    'Who runs events; the boundary of what its people may see.';

create table public.user_profiles (
    id uuid primary key default extensions.uuid_generate_v4()
        references auth.users (id) on delete cascade,
    organization_id uuid references public.organizations (id),
    full_name text not null,
    phone text,
    email text,
    role text default 'member',
    avatar_url text,
    preferences jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

comment on table public.user_profiles is 'The people of an organization, one row per account.';

create table public.events (
    id uuid primary key default extensions.uuid_generate_v4(),
    organization_id uuid references public.organizations (id),
    created_by uuid references public.user_profiles (id),
    name text not null,
    description text,
    status public.event_status default 'draft',
    start_date timestamptz not null,
    end_date timestamptz,
    timezone text default 'Asia/Jerusalem',
    venue_name text,
    venue_address text,
    venue_city text,
    venue_notes text,
    max_participants integer,
    settings jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

comment on table public.events is 'The events of an organization.';

create table public.participants (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid not null references public.events (id) on delete cascade,
    first_name text not null,
    last_name text not null,
    full_name text generated always as (first_name || ' ' || last_name) stored,
    email text,
    phone text not null,
    status public.participant_status default 'invited',
    is_vip boolean default false,
    vip_notes text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

comment on table public.participants is 'The people invited to an event.';

-- Nothing here keeps start before end: the product's table does not either.
create table public.schedules (
    id uuid primary key default extensions.uuid_generate_v4(),
    event_id uuid not null references public.events (id) on delete cascade,
    title text not null,
    description text,
    start_time timestamptz not null,
    end_time timestamptz not null,
    location text,
    room text,
    max_capacity integer,
    current_count integer default 0,
    is_mandatory boolean default false,
    is_break boolean default false,
    track text,
    track_color text,
    speaker_name text,
    speaker_title text,
    speaker_bio text,
    speaker_image text,
    materials_url text,
    send_reminder boolean default true,
    reminder_minutes_before integer default 15,
    sort_order integer default 0,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

comment on table public.schedules is 'The sessions of an event, one row each.';

create table public.participant_schedules (
    id uuid primary key default extensions.uuid_generate_v4(),
    participant_id uuid not null references public.participants (id) on delete cascade,
    schedule_id uuid not null references public.schedules (id) on delete cascade,
    is_companion boolean default false,
    reminder_sent boolean,
    reminder_sent_at timestamptz,
    attended boolean,
    created_at timestamptz default now(),
    unique (participant_id, schedule_id, is_companion)
);

comment on table public.participant_schedules is
    'Registrations: who comes to which session, companions in rows of their own.';

create index idx_events_organization_id on public.events (organization_id);
create index idx_events_status on public.events (status);
create index idx_events_start_date on public.events (start_date);
create index idx_participants_event_id on public.participants (event_id);
create index idx_participants_status on public.participants (status);
create index idx_schedules_event_id on public.schedules (event_id);
create index idx_schedules_start_time on public.schedules (start_time);

set local role none;
