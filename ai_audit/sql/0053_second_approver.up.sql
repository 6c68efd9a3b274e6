-- שני אנשים: כלל של ארגון, מתי נדרש מאשר שני; והלחיצה הראשונה, שנשמרת בין מה שאנשים אומרים על הצעה
-- Two people: an organization's rule, when a second approver is asked for; and the first press, kept
-- among what people say of a suggestion
do $do$
begin
  if to_regclass('backoffice.approval_rules') is null then
    create table backoffice.approval_rules (
      organization_id uuid not null primary key,
      second_for text not null,
      constraint second_is_asked_for_known_ones check (
        second_for in ('critical', 'own', 'critical_or_own', 'all')
      )
    );
    comment on table backoffice.approval_rules is
      'When an organization asks for a second approver; without a row, never. '
      'מתי ארגון דורש מאשר שני; בלי שורה, אף פעם.';
    comment on column backoffice.approval_rules.organization_id is
      'Whose. של מי.';
    comment on column backoffice.approval_rules.second_for is
      'For what: critical, what is of critical risk; own, what who approves has asked for; '
      'critical_or_own, both; all. '
      'למה: critical, מה שבסיכון קריטי; own, מה שהמאשר עצמו ביקש; critical_or_own, שניהם; '
      'all, הכול.';
    comment on constraint second_is_asked_for_known_ones on backoffice.approval_rules is
      'Only what decisions know to ask. רק מה שההחלטות יודעות לשאול.';
    revoke all on backoffice.approval_rules from public, anon, authenticated, service_role;
  end if;
  -- על מה הלחיצה נשענת; רק לאישור ראשון יש
  -- What the press rests on; only a first approval has that
  if not exists (
    select
    from pg_catalog.pg_attribute
    where attrelid = 'backoffice.suggestion_acts'::regclass
    and attname = 'basis'
    and not attisdropped
  ) then
    alter table backoffice.suggestion_acts add column basis jsonb;
    comment on column backoffice.suggestion_acts.basis is
      'Of a first approval, what it rests on: digests, the risk, the conflicts seen. '
      'באישור ראשון, על מה הוא נשען: תמציות, הסיכון, ההתנגשויות שנראו.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.suggestion_acts'::regclass
    and conname = 'acts_are_of_a_known_kind'
    and pg_get_constraintdef(oid) like '%first_approval_taken_back%'
  ) then
    alter table backoffice.suggestion_acts drop constraint if exists acts_are_of_a_known_kind;
    alter table backoffice.suggestion_acts
      add constraint acts_are_of_a_known_kind check (
        kind in (
          'dismissed', 'note', 'asked', 'answered', 'first_approval', 'first_approval_taken_back'
        )
      );
    -- לפי ההערה חוזרים אחורה רק ממה שנעשה כאן
    -- By the comment, going back undoes only what was done here
    comment on constraint acts_are_of_a_known_kind on backoffice.suggestion_acts is
      'Only what the back office knows to tell, a first approval too. '
      'רק מה שהמשרד האחורי יודע לספר, גם אישור ראשון.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.suggestion_acts'::regclass
    and conname = 'first_approvals_rest_on_something'
  ) then
    alter table backoffice.suggestion_acts
      add constraint first_approvals_rest_on_something check (
        (kind = 'first_approval') = (basis is not null)
      );
    comment on constraint first_approvals_rest_on_something on backoffice.suggestion_acts is
      'A first approval, and nothing else, has a basis. לאישור ראשון, ורק לו, יש על מה להישען.';
  end if;
end
$do$;

-- הדרך היחידה לשמור לחיצה ראשונה, של אחת או של רבות: בודקת בעצמה שמותר, ורושמת מי ומתי
-- The one way of keeping a first press, of one or of many: it sees for itself that it may be kept, by
-- someone of each suggestion's own organization, and writes down who and when; gives how many
create or replace function backoffice.approve_first(staff_member bigint, pressed jsonb)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, public, extensions, pg_temp
  as $$
declare
  kept bigint;
begin
  insert into backoffice.suggestion_acts
    (suggestion_id, kind, staff_member_id, profile_id, at, said, basis)
  select
    s.id, 'first_approval', m.id, m.profile_id, pg_catalog.clock_timestamp(), nullif(p.said, ''),
    p.basis
  from pg_catalog.jsonb_to_recordset(pressed) as p (suggestion uuid, said text, basis jsonb)
  join public.ai_insights_log as s
    on s.id = p.suggestion
  join public.user_profiles as requester
    on requester.id = s.user_id
  left join public.events as e
    on e.id = s.event_id
  join backoffice.scheduling_staffmember as m
    on m.id = staff_member
  join public.user_profiles as who
    on who.id = m.profile_id
    and who.organization_id = case
      when s.event_id is null then requester.organization_id
      else e.organization_id
    end
  where s.execution_status <> 'rejected';
  get diagnostics kept = row_count;
  if kept <> pg_catalog.jsonb_array_length(pressed) then
    raise exception using
      errcode = 'EF005',
      message = 'Only a person of the suggestion''s own organization approves it, and only what can '
        'still be decided on. Nothing was changed.';
  end if;
  return kept;
end
$$;

do $do$
begin
  if obj_description('backoffice.approve_first(bigint, jsonb)'::regprocedure, 'pg_proc') is null then
    comment on function backoffice.approve_first(bigint, jsonb) is
      'The one way of keeping the first of two approvals. הדרך היחידה לשמור אישור ראשון מתוך שניים.';
  end if;
  revoke all on function backoffice.approve_first(bigint, jsonb)
    from public, anon, authenticated, service_role;
end
$do$;
