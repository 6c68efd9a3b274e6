create table auth.users (
    id uuid primary key,
    email text,
    created_at timestamptz default now()
);

comment on table auth.users is
    'The accounts people sign in with; a profile in public goes with each.';

-- REFERENCES is what lets the owner's user_profiles point here.
do $$
begin
    execute format(
        'grant select, insert, update, delete, references on auth.users to %I',
        current_setting('eventflow.owner')
    );
end
$$;

-- None of the three has a search path of its own, as on Supabase. Outside a request the setting is missing, or empty once a transaction that set it has ended.
create function auth.jwt()
returns jsonb
language sql
stable
as $$
    select nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb
$$;

comment on function auth.jwt() is 'The claims of the request being served; null outside a request.';

create function auth.uid()
returns uuid
language sql
stable
as $$
    select (auth.jwt() ->> 'sub')::uuid
$$;

comment on function auth.uid() is 'The signed-in user''s id; null where nobody is signed in.';

create function auth.role()
returns text
language sql
stable
as $$
    select auth.jwt() ->> 'role'
$$;

comment on function auth.role() is 'The role the claims name; null outside a request.';
