-- Roles belong to the whole server: another database of it may hold a stand-in already, or be
-- loading one at this moment.
do $$
declare
    wanted record;
begin
    for wanted in
        select *
        from (values
            ('anon', 'nologin noinherit'),
            ('authenticated', 'nologin noinherit'),
            ('service_role', 'nologin noinherit bypassrls')
        ) as role (name, attributes)
    loop
        if pg_catalog.to_regrole(wanted.name) is null then
            begin
                execute format('create role %I %s', wanted.name, wanted.attributes);
            exception
                when duplicate_object or unique_violation then
                    null;
            end;
        end if;
    end loop;
end
$$;

-- The owner becomes any of the three by SET ROLE, as Supabase's postgres does. Before
-- PostgreSQL 16 membership alone allows that, and the options are a syntax error.
do $$
declare
    owner constant text := current_setting('eventflow.owner');
    has_options constant boolean := current_setting('server_version_num')::integer >= 160000;
    role_name text;
begin
    foreach role_name in array array['anon', 'authenticated', 'service_role']
    loop
        if not pg_has_role(owner, role_name, case when has_options then 'set' else 'member' end)
        then
            begin
                execute format(
                    case
                        when has_options then 'grant %I to %I with inherit true, set true'
                        else 'grant %I to %I'
                    end,
                    role_name,
                    owner
                );
            exception
                when duplicate_object or unique_violation then
                    null;
            end;
        end if;
    end loop;
end
$$;
