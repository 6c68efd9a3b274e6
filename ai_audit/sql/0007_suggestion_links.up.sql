-- איזו הצעה מחליפה או מבטלת איזו. נכתב כאן בלבד, ואף פעם אינו נלמד מתוכן ההצעה
-- Which suggestion replaces or undoes which. Known from here only, never believed from what a
-- suggestion says of itself.
do $do$
begin
  if to_regclass('backoffice.suggestion_links') is null then
    create table backoffice.suggestion_links (
      suggestion_id uuid primary key,
      replaces uuid unique,
      undoes uuid unique,
      made_at timestamptz not null default now(),
      constraint one_suggestion_is_replaced_or_undone
        check (num_nonnulls(replaces, undoes) = 1)
    );
    comment on table backoffice.suggestion_links is
      'Which suggestion replaces or undoes which. Append-only. '
      'איזו הצעה מחליפה או מבטלת איזו. רק מוסיפים.';
    comment on column backoffice.suggestion_links.replaces is
      'The one that was edited before approving, and rejected for it. '
      'זו שנערכה לפני האישור ונדחתה בשל כך.';
    comment on column backoffice.suggestion_links.undoes is
      'The one that had been carried out and is undone. זו שבוצעה ומבוטלת.';
    comment on constraint one_suggestion_is_replaced_or_undone on backoffice.suggestion_links is
      'A link says one thing. קישור אומר דבר אחד.';
    revoke all on backoffice.suggestion_links from public, anon, authenticated, service_role;
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.suggestion_links'::regclass
    and tgname = 'links_are_append_only'
  ) then
    create trigger links_are_append_only
      before update or delete on backoffice.suggestion_links
      for each row execute function backoffice.refuse_to_change_history();
    alter table backoffice.suggestion_links enable always trigger links_are_append_only;
    comment on trigger links_are_append_only on backoffice.suggestion_links is
      'A link is history. קישור הוא היסטוריה.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.suggestion_links'::regclass
    and tgname = 'links_are_never_emptied'
  ) then
    create trigger links_are_never_emptied
      before truncate on backoffice.suggestion_links
      for each statement execute function backoffice.refuse_to_change_history();
    alter table backoffice.suggestion_links enable always trigger links_are_never_emptied;
    comment on trigger links_are_never_emptied on backoffice.suggestion_links is
      'A link is history. קישור הוא היסטוריה.';
  end if;
end
$do$;
