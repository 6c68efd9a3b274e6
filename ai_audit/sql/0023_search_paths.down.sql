-- החזרה: הנתיבים שהיו, ומי שמחובר לפי המוצר
-- Going back: the paths that were, and who is signed in by the product's own function
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
  foreach name in array array[
    'backoffice.guard_suggestion()',
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
end
$do$;
