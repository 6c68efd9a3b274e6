-- Supabase gives the REST layer's roles everything on whatever the owner makes in public, the
-- product's tables included, which is why this comes before them: only row-level security
-- stands between a new table and the world.
do $$
declare
    owner constant text := current_setting('eventflow.owner');
    kind text;
begin
    foreach kind in array array['tables', 'sequences', 'functions']
    loop
        execute format(
            'alter default privileges for role %1$I in schema public'
            ' grant all on %2$s to anon, authenticated, service_role, %1$I',
            owner,
            kind
        );
    end loop;
end
$$;
