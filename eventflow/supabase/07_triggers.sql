select set_config('role', current_setting('eventflow.owner'), true);

-- Written as the product's own: no table is named with its schema, none of them sets a path, and
-- each runs with the rights of whoever writes. They count on `public` being in the writer's path.
create function public.set_updated_at()
returns trigger
language plpgsql
as $$
begin
    new.updated_at := now();
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

create function public.take_colour_of_event()
returns trigger
language plpgsql
as $$
begin
    if new.track_color is null then
        select settings ->> 'track_color'
        into new.track_color
        from events
        where id = new.event_id;
    end if;
    return new;
end
$$;

comment on function public.take_colour_of_event() is
    'Gives a session without a colour its event''s, whenever it is written.';

create trigger take_colour_of_event
before insert or update on public.schedules
for each row
execute function public.take_colour_of_event();

-- It adds and takes away rather than counting anew, as in production: whoever restores a session
-- with its count and then its registrations counts them twice.
create function public.count_registrations()
returns trigger
language plpgsql
as $$
begin
    if tg_op = 'INSERT' then
        update schedules
        set current_count = coalesce(current_count, 0) + 1
        where id = new.schedule_id;
    else
        update schedules
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
