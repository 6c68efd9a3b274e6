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

do $do$
declare
  asking text;
begin
  revoke all on function backoffice.signed_in() from public, anon, authenticated, service_role;
  if obj_description('backoffice.signed_in()'::regprocedure, 'pg_proc') is null then
    comment on function backoffice.signed_in() is
      'The profile that is signed in, NULL for none. הפרופיל המחובר.';
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
