-- מה שהמשרד האחורי כותב שלא בשם איש: כל פונקציה עושה מעשה אחד, בודקת בעצמה שהוא מותר, ורצה
-- בהרשאות הבעלים. ההתחברות של תהליך הרשת אינה יכולה לכתוב את אלה בעצמה.
-- What the back office writes in nobody's name. Each function does one act, sees for itself that it
-- may be done, and runs with its owner's rights: the web process's login could not write it.

-- מה שההיסטוריה שמרה ממחיקה, כל עוד ההצעה שמבטלת אותה מבוצעת: אושרה ועדיין לא בוצעה
-- What the history kept of a removal, for as long as the suggestion that undoes it is being carried
-- out: approved, and not executed yet. Otherwise nothing.
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

-- החזרת שורות שמחיקת מפגש לקחה איתה: רק מה שההיסטוריה שמרה ממחיקה זו, לטבלאות שמתחת למפגשים
-- Putting back rows that a session's removal took along: only what the history kept of that very
-- removal, and only in tables below the sessions. Identity columns take their old values; a column
-- that came since has its default, one that went since is passed over, and what the database
-- computes it computes again. Gives how many the database kept.
create or replace function backoffice.put_back(undone uuid, relation text, entries jsonb)
  returns bigint
  language plpgsql
  security definer
  set search_path = ''
  as $$
declare
  target constant regclass := to_regclass(relation);
  kept constant jsonb := (backoffice.kept_of_removal(undone)).removed -> relation;
  columns text;
  kept_rows bigint;
begin
  if kept is null
    or target is null
    or target not in (select t.* from backoffice.tables_below_sessions() as t)
    or exists (
      select e.value
      from jsonb_array_elements(entries) as e
      except
      select k.value
      from jsonb_array_elements(kept) as k
    )
  then
    raise exception using
      errcode = 'EF007',
      message = 'Only what the history kept of a removal is put back, while it is undone. '
        'Nothing was changed.';
  end if;
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
  into columns
  from pg_catalog.pg_attribute as a
  where a.attrelid = target
  and a.attnum > 0
  and not a.attisdropped
  and a.attgenerated = ''
  and entries -> 0 ? a.attname;
  execute format(
    'insert into %1$s (%2$s) overriding system value'
    ' select %2$s from jsonb_populate_recordset(null::%1$s, $1)',
    target, columns
  )
  using entries;
  get diagnostics kept_rows = row_count;
  return kept_rows;
end
$$;

-- ספירת הנרשמים במפגש שחזר: כמו שהיתה, פחות ההרשמות שלא חזרו, בין אם טריגר סופר אותן ובין אם לא
-- The count of registrations in sessions that came back: as it was, less the registrations that did
-- not, whether or not a trigger counts them
create or replace function backoffice.count_again(undone uuid)
  returns void
  language plpgsql
  security definer
  set search_path = ''
  as $$
declare
  kept constant backoffice.decision_history := backoffice.kept_of_removal(undone);
begin
  update public.schedules as s
  set current_count = greatest(stood.n - (
    select count(*)
    from jsonb_array_elements(kept.removed -> 'public.participant_schedules') as r
    where r.value ->> 'schedule_id' = s.id::text
    and not exists (
      select
      from public.participant_schedules as p
      where p.id = (r.value ->> 'id')::uuid
    )
  ), 0)
  from (
    select
      (e.value ->> 'id')::uuid as id,
      (e.value ->> 'current_count')::integer as n
    from jsonb_array_elements(
      jsonb_build_array(kept.before) || coalesce(kept.removed -> 'public.schedules', '[]')
    ) as e
  ) as stood
  where s.id = stood.id;
end
$$;

-- הצעה שמי שאישר אותה אינו עוד בארגון אינה מבוצעת אלא נכשלת; אמת אם כך היה
-- A suggestion whose approver does not belong to its organization any more is not carried out but
-- fails; whether that was so
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

-- למה נועדה כל פונקציה, ולאיש אין הרשאה להריץ אותה
-- What each function is for; nobody has a right to run it
do $do$
declare
  made record;
begin
  for made in
    select *
    from (values
      (
        'backoffice.kept_of_removal(uuid)',
        'What the history kept of a removal that is being undone. '
          'מה שההיסטוריה שמרה ממחיקה שמתבטלת עכשיו.'
      ),
      (
        'backoffice.put_back(uuid, text, jsonb)',
        'Puts back rows that a removal took along. מחזירה שורות שמחיקה לקחה איתה.'
      ),
      (
        'backoffice.count_again(uuid)',
        'Sets right the count of a session that came back. מתקנת את הספירה במפגש שחזר.'
      ),
      (
        'backoffice.give_up(uuid, text)',
        'Fails what was approved by someone who has left. '
          'מכשילה את מה שאישר מי שכבר אינו בארגון.'
      )
    ) as listed (name, purpose)
  loop
    execute format(
      'revoke all on function %s from public, anon, authenticated, service_role', made.name
    );
    if obj_description(to_regprocedure(made.name), 'pg_proc') is null then
      execute format('comment on function %s is %L', made.name, made.purpose);
    end if;
  end loop;
end
$do$;
