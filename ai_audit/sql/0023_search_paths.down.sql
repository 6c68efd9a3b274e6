-- החזרה: הפונקציות והנתיבים שהיו, ומי שמחובר לפי המוצר
-- Going back: the functions and the paths that were, and who is signed in by the product's own
-- function. Also where the log is gone already
set local check_function_bodies = off;

create or replace function backoffice.kept_of_removal(undone uuid)
  returns backoffice.decision_history
  language sql
  stable
  set search_path = ''
  as $$
select h
from backoffice.decision_history as h
where h.suggestion_id = undone
and h.to_status = 'executed'
and exists (
  select
  from backoffice.suggestion_links as l
  join public.ai_insights_log as s
    on s.id = l.suggestion_id
  where l.undoes = undone
  and s.execution_status = 'approved'
)
order by h.number desc
limit 1
$$;

create or replace function backoffice.give_up(suggestion uuid, error text)
  returns boolean
  language plpgsql
  security definer
  set search_path = ''
  as $$
begin
  update public.ai_insights_log as s
  set
    execution_status = 'failed',
    execution_error = error
  where s.id = suggestion
  and s.execution_status = 'approved'
  and not exists (
    select
    from public.user_profiles as approver
    join public.user_profiles as requester
      on requester.id = s.user_id
    left join public.events as e
      on e.id = s.event_id
    where approver.id = s.approved_by
    and approver.organization_id = case
      when s.event_id is null then requester.organization_id
      else e.organization_id
    end
  );
  return found;
end
$$;

do $do$
declare
  name text;
begin
  foreach name in array array[
    'backoffice.guard_suggestion()', 'backoffice.write_decision_history()'
  ]
  loop
    if to_regprocedure(name) is not null then
      execute replace(
        pg_get_functiondef(to_regprocedure(name)), 'backoffice.signed_in()', 'auth.uid()'
      );
    end if;
  end loop;
  drop function if exists backoffice.signed_in();
  drop function if exists backoffice.refuse_temporary_triggers();
  foreach name in array array[
    'backoffice.history_text(backoffice.decision_history)',
    'backoffice.history_hash(backoffice.decision_history)',
    'backoffice.decision_state(timestamptz, uuid, timestamptz, text)',
    'backoffice.write_decision_history()',
    'backoffice.refuse_to_change_history()',
    'backoffice.moment(text, text)',
    'backoffice.claimed_kinds(jsonb)',
    'backoffice.unnamed(text)',
    'backoffice.indexed(uuid[])',
    'backoffice.day_of(timestamptz)',
    'backoffice.index_suggestions(uuid[])',
    'backoffice.forget_suggestions(uuid[])',
    'backoffice.count_figures(uuid, date)',
    'backoffice.refresh_figures(integer)',
    'backoffice.write_suggestion_index()',
    'backoffice.tables_below_sessions()',
    'backoffice.taken_along(uuid)',
    'backoffice.kept_of_removal(uuid)',
    'backoffice.put_back(uuid, text, jsonb)',
    'backoffice.count_again(uuid)',
    'backoffice.give_up(uuid, text)'
  ]
  loop
    if to_regprocedure(name) is not null then
      execute format('alter function %s set search_path = ''''', name);
    end if;
  end loop;
  if to_regprocedure('backoffice.guard_suggestion()') is not null then
    alter function backoffice.guard_suggestion() set search_path = pg_catalog, pg_temp;
  end if;
end
$do$;
