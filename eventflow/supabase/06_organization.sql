-- The helpers under both the names that deployments have. Neither is written in terms of the
-- other, because a deployment may have one of them only. Where they have no such path, `check` tells
-- how to give them one.
create function auth.user_organization_id()
returns uuid
language sql
stable
security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select profile.organization_id
    from public.user_profiles as profile
    where profile.id = auth.uid()
$$;

comment on function auth.user_organization_id() is
    'The signed-in user''s organization; the name in the product''s first schema.';

create function auth.user_org_id()
returns uuid
language sql
stable
security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select profile.organization_id
    from public.user_profiles as profile
    where profile.id = auth.uid()
$$;

comment on function auth.user_org_id() is
    'The signed-in user''s organization; null without a profile, and then no row is in reach.';

-- They read past the policies that call them; the owner's BYPASSRLS is enough for that, and a
-- superuser's rights would be more than they need.
do $$
declare
    owner constant text := current_setting('eventflow.owner');
begin
    execute format('alter function auth.user_organization_id() owner to %I', owner);
    execute format('alter function auth.user_org_id() owner to %I', owner);
end
$$;
