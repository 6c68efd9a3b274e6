-- האם מה שהצעה ביצעה בוטל ועומד בביטולו: ביטול של ביטול מחזיר אותה
-- Whether what a suggestion did is undone, and stays so: undoing an undoing brings it back. One is
-- undone at most once, so that the undoings of it are a chain.
create or replace function backoffice.is_undone(suggestion uuid)
  returns boolean
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
with recursive undoing (id, n) as (
  select l.suggestion_id, 1
  from backoffice.suggestion_links as l
  where l.undoes = suggestion
  union all
  select l.suggestion_id, u.n + 1
  from undoing as u
  join backoffice.suggestion_links as l
    on l.undoes = u.id
  where u.n < 1000
)
select coalesce(max(n) % 2 = 1, false)
from undoing
$$;

do $do$
begin
  if obj_description('backoffice.is_undone(uuid)'::regprocedure, 'pg_proc') is null then
    comment on function backoffice.is_undone(uuid) is
      'Whether what it did is undone. האם מה שנעשה בוטל.';
  end if;
  revoke all on function backoffice.is_undone(uuid)
    from public, anon, authenticated, service_role;
end
$do$;
