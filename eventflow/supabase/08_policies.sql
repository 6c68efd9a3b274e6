-- Like the product's own: they overlap, and they call the helper bare, once for every row
-- looked at, so that what is slow in production is slow here.
select set_config('role', current_setting('eventflow.owner'), true);

alter table public.organizations enable row level security;
alter table public.user_profiles enable row level security;
alter table public.events enable row level security;
alter table public.participants enable row level security;
alter table public.schedules enable row level security;
alter table public.participant_schedules enable row level security;

create policy organizations_own
on public.organizations
for all
to authenticated
using (id = auth.user_org_id())
with check (id = auth.user_org_id());

create policy user_profiles_own_organization
on public.user_profiles
for all
to authenticated
using (organization_id = auth.user_org_id())
with check (organization_id = auth.user_org_id());

-- For reading only: to write one's own row without this limit would be to choose one's
-- organization.
create policy user_profiles_own_row
on public.user_profiles
for select
to authenticated
using (id = auth.uid());

create policy events_own_organization
on public.events
for all
to authenticated
using (organization_id = auth.user_org_id())
with check (organization_id = auth.user_org_id());

create policy events_read_own_organization
on public.events
for select
to authenticated
using (organization_id = auth.user_org_id());

create policy participants_own_organization
on public.participants
for all
to authenticated
using (
    exists (
        select
        from public.events
        where events.id = participants.event_id
        and events.organization_id = auth.user_org_id()
    )
)
with check (
    exists (
        select
        from public.events
        where events.id = participants.event_id
        and events.organization_id = auth.user_org_id()
    )
);

create policy schedules_own_organization
on public.schedules
for all
to authenticated
using (
    exists (
        select
        from public.events
        where events.id = schedules.event_id
        and events.organization_id = auth.user_org_id()
    )
)
with check (
    exists (
        select
        from public.events
        where events.id = schedules.event_id
        and events.organization_id = auth.user_org_id()
    )
);

create policy schedules_read_own_organization
on public.schedules
for select
to authenticated
using (
    exists (
        select
        from public.events
        where events.id = schedules.event_id
        and events.organization_id = auth.user_org_id()
    )
);

create policy participant_schedules_own_organization
on public.participant_schedules
for all
to authenticated
using (
    exists (
        select
        from public.schedules
        join public.events on events.id = schedules.event_id
        where schedules.id = participant_schedules.schedule_id
        and events.organization_id = auth.user_org_id()
    )
)
with check (
    exists (
        select
        from public.schedules
        join public.events on events.id = schedules.event_id
        where schedules.id = participant_schedules.schedule_id
        and events.organization_id = auth.user_org_id()
    )
);

set local role none;
