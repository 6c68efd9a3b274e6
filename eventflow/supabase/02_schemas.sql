create schema if not exists auth;

comment on schema auth is
    'Sign-in: who the users are and who is asking. Not the owner''s to add to.';

create schema if not exists extensions;

comment on schema extensions is
    'Where extensions live, away from the tables the REST layer serves.';

do $$
declare
    extension_name text;
begin
    for extension_name in
        select name
        from pg_catalog.pg_available_extensions
        where name in ('uuid-ossp', 'pgcrypto')
    loop
        execute format('create extension if not exists %I with schema extensions', extension_name);
    end loop;

    -- Small builds of PostgreSQL come without uuid-ossp; the column defaults call it by this name.
    if to_regprocedure('extensions.uuid_generate_v4()') is null then
        create function extensions.uuid_generate_v4()
        returns uuid
        language sql
        volatile
        parallel safe
        set search_path = ''
        return pg_catalog.gen_random_uuid();

        comment on function extensions.uuid_generate_v4() is
            'A random identifier; stands for the function of uuid-ossp, which this server lacks.';
    end if;
end
$$;

do $$
declare
    owner constant text := current_setting('eventflow.owner');
begin
    execute format('alter database %I owner to %I', current_database(), owner);
    execute format(
        'alter database %I set search_path = "$user", public, extensions',
        current_database()
    );
    execute format('grant usage on schema auth to anon, authenticated, service_role, %I', owner);
    execute format('grant usage on schema public to anon, authenticated, service_role, %I', owner);
    execute format('grant create on schema public to %I', owner);
    execute format(
        'grant usage on schema extensions to anon, authenticated, service_role, %I',
        owner
    );
    execute format('grant create on schema extensions to %I', owner);
end
$$;
