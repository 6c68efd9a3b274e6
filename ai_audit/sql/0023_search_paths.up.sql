-- מי מחובר: נקרא מההגדרה עצמה. auth.uid() שייכת למוצר, ובמקומות שבהם יש לה נתיב ריק היא לוקחת
-- סוגים מהסכמה הזמנית של מי שקורא; מה שרץ בהרשאות הבעלים אינו קורא לה.
-- Who is signed in, read from the setting itself. auth.uid() is the product's, and where it has an
-- empty path it takes types from the caller's temporary schema: what runs with its owner's rights
-- does not call it.
create or replace function backoffice.signed_in()
  returns uuid
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;

-- טריגרים זמניים: מי שרשאי להוסיף טריגר לטבלה של המוצר יכול לתלות בו פונקציה מהסכמה הזמנית שלו, והיא
-- תרוץ בהרשאות של מי שכותב. לפני שכותבים בהרשאות הבעלים נועלים את הטבלאות מפני טריגר חדש ומסרבים.
-- Temporary triggers: whoever may put a trigger on a table of the product's (on Supabase, whoever
-- is signed in) may have it run a function of his temporary schema, with the rights of who writes.
-- Before anything is written there with the owner's rights, the tables are locked against another
-- trigger, though against no row, and such a one is refused.
create or replace function backoffice.refuse_temporary_triggers()
  returns void
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
  as $$
declare
  served regclass;
  offending text;
begin
  for served in
    select c.oid
    from pg_catalog.pg_class as c
    where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and has_table_privilege(c.oid, 'update, delete')
    order by c.oid
  loop
    execute format('lock table %s in row exclusive mode', served);
  end loop;
  select format('%I on %s', t.tgname, t.tgrelid::regclass)
  into offending
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_class as c
    on c.oid = t.tgrelid
  join pg_catalog.pg_proc as p
    on p.oid = t.tgfoid
  join pg_catalog.pg_namespace as n
    on n.oid = p.pronamespace
  where starts_with(n.nspname, 'pg_temp_')
  and c.relpersistence <> 't'
  limit 1;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception using
      errcode = 'EF008',
      message = 'This transaction does not see what others commit, and so not every trigger. '
        'Nothing was changed.';
  elsif offending is not null then
    raise exception using
      errcode = 'EF008',
      message = format(
        'The trigger %s runs a function of somebody''s temporary schema. Nothing was changed.',
        offending
      );
  end if;
end
$$;

-- שתי הפונקציות שקודמות לכל כתיבה כזו, כפי שהיו, אחרי הבדיקה
-- What comes before each such write, as it was, but for that it asks first
create or replace function backoffice.kept_of_removal(undone uuid)
  returns backoffice.decision_history
  language plpgsql
  volatile
  set search_path = pg_catalog, public, extensions, pg_temp
  as $$
begin
  perform backoffice.refuse_temporary_triggers();
  return (
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
  );
end
$$;

create or replace function backoffice.give_up(suggestion uuid, error text)
  returns boolean
  language plpgsql
  security definer
  set search_path = pg_catalog, public, extensions, pg_temp
  as $$
begin
  perform backoffice.refuse_temporary_triggers();
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

-- למה נועדו, ולאיש אין הרשאה להריץ אותן; ומי ששאל את פונקציית המוצר שואל את שלנו
-- What they are for; nobody has a right to run them; and what asked the product's asks ours
do $do$
declare
  asking text;
begin
  revoke all on function backoffice.signed_in(), backoffice.refuse_temporary_triggers()
    from public, anon, authenticated, service_role;
  if obj_description('backoffice.signed_in()'::regprocedure, 'pg_proc') is null then
    comment on function backoffice.signed_in() is
      'The profile that is signed in, NULL for none. הפרופיל המחובר.';
  end if;
  if obj_description('backoffice.refuse_temporary_triggers()'::regprocedure, 'pg_proc') is null then
    comment on function backoffice.refuse_temporary_triggers() is
      'Refuses to write where a trigger is temporary. מסרבת לכתוב כשיש טריגר זמני.';
  end if;
  foreach asking in array array[
    'backoffice.guard_suggestion()', 'backoffice.write_decision_history()'
  ]
  loop
    if to_regprocedure(asking) is not null then
      execute replace(
        pg_get_functiondef(to_regprocedure(asking)), 'auth.uid()', 'backoffice.signed_in()'
      );
    end if;
  end loop;
end
$do$;

-- נתיבי חיפוש: גם נתיב ריק מחפש סוגים וטבלאות קודם בסכמה הזמנית, שבה כל אחד יוצר; כאן היא אחרונה.
-- מה שנוגע בטבלאות המוצר מפעיל את הטריגרים ואת המדיניות שלו, והם נשענים על public.
-- Search paths: an empty one, too, looks for types and tables in the temporary schema first, where
-- everybody may create; whoever calls would have his own code run with the owner's rights. Here it
-- comes last. What touches the product's tables runs the product's triggers and policies, which
-- count on `public`.
do $do$
declare
  made record;
begin
  for made in
    select *
    from (values
      ('backoffice.guard_suggestion()', true),
      ('backoffice.history_text(backoffice.decision_history)', false),
      ('backoffice.history_hash(backoffice.decision_history)', false),
      ('backoffice.decision_state(timestamptz, uuid, timestamptz, text)', false),
      ('backoffice.write_decision_history()', false),
      ('backoffice.refuse_to_change_history()', false),
      ('backoffice.moment(text, text)', false),
      ('backoffice.claimed_kinds(jsonb)', false),
      ('backoffice.unnamed(text)', false),
      ('backoffice.indexed(uuid[])', true),
      ('backoffice.day_of(timestamptz)', false),
      ('backoffice.index_suggestions(uuid[])', false),
      ('backoffice.forget_suggestions(uuid[])', true),
      ('backoffice.count_figures(uuid, date)', false),
      ('backoffice.refresh_figures(integer)', false),
      ('backoffice.write_suggestion_index()', false),
      ('backoffice.tables_below_sessions()', false),
      ('backoffice.taken_along(uuid)', true),
      ('backoffice.kept_of_removal(uuid)', true),
      ('backoffice.put_back(uuid, text, jsonb)', true),
      ('backoffice.count_again(uuid)', true),
      ('backoffice.give_up(uuid, text)', true)
    ) as listed (name, touches_the_product)
    where to_regprocedure(name) is not null
  loop
    execute format(
      'alter function %s set search_path = %s',
      made.name,
      case
        when made.touches_the_product then 'pg_catalog, public, extensions, pg_temp'
        else 'pg_catalog, pg_temp'
      end
    );
  end loop;
end
$do$;
