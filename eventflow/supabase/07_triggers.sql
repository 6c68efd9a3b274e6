select set_config('role', current_setting('eventflow.owner'), true);

create function public.set_updated_at()
returns trigger
language plpgsql
as $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end
$$;

comment on function public.set_updated_at() is 'Keeps updated_at at the time of the last change.';

create trigger set_updated_at
before update on public.organizations
for each row
execute function public.set_updated_at();

create trigger set_updated_at
before update on public.user_profiles
for each row
execute function public.set_updated_at();

create trigger set_updated_at
before update on public.events
for each row
execute function public.set_updated_at();

create trigger set_updated_at
before update on public.participants
for each row
execute function public.set_updated_at();

create trigger set_updated_at
before update on public.schedules
for each row
execute function public.set_updated_at();

-- It adds and takes away rather than counting anew, as in production: whoever restores a session
-- with its count and then its registrations counts them twice. With the owner's rights, so that
-- the count holds whoever registers.
create function public.count_registrations()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        update public.schedules
        set current_count = coalesce(current_count, 0) + 1
        where id = new.schedule_id;
    else
        update public.schedules
        set current_count = coalesce(current_count, 0) - 1
        where id = old.schedule_id;
    end if;
    return null;
end
$$;

comment on function public.count_registrations() is
    'Keeps schedules.current_count in step with registrations, companions included.';

create trigger count_registrations
after insert or delete on public.participant_schedules
for each row
execute function public.count_registrations();

set local role none;
