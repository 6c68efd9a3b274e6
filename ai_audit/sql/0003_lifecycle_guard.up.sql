-- שמירה על מחזור החיים: מה שהוצע אינו משתנה, החלטה נעה רק במסלולים המותרים, ודבר אינו נמחק.
-- Lifecycle guard: what was suggested never changes, a decision moves only along its ways, and
-- nothing is deleted. It binds everyone: this application, the REST layer, a SQL console. It runs
-- with its owner's rights, to read whose event and whose profile it is; who calls is told by the
-- setting `role`, for inside it current_user is the owner.
do $do$
begin
  if to_regprocedure('backoffice.guard_suggestion()') is not null then
    return;
  end if;
  create function backoffice.guard_suggestion()
    returns trigger
    language plpgsql
    security definer
    set search_path = ''
    as $body$
declare
  signed_in constant uuid := auth.uid();
  moves constant text[] := array[
    'suggested approved', 'suggested rejected', 'approved executed', 'approved failed',
    'approved rejected', 'failed approved'
  ];
  owner_organization uuid;
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception using
      errcode = 'EF001',
      message = 'A suggestion is history and is never deleted. Nothing was changed.';
  end if;

  if tg_op = 'INSERT' then
    if current_setting('role') in ('anon', 'authenticated') and (
      new.user_id is distinct from signed_in
      or new.execution_status <> 'suggested'
      or num_nonnulls(
        new.approved_at, new.approved_by, new.executed_at, new.execution_error
      ) > 0
    ) then
      raise exception using
        errcode = 'EF002',
        message = 'A suggestion is made undecided and in one''s own name. Nothing was changed.';
    end if;
  elsif (
    new.id, new.user_id, new.event_id, new.action_type, new.action_data, new.suggested_at,
    new.created_at
  ) is distinct from (
    old.id, old.user_id, old.event_id, old.action_type, old.action_data, old.suggested_at,
    old.created_at
  ) then
    raise exception using
      errcode = 'EF003',
      message = 'What was suggested never changes. Nothing was changed.';
  elsif new.execution_status = old.execution_status then
    if (new.approved_at, new.approved_by, new.executed_at, new.execution_error)
      is distinct from (old.approved_at, old.approved_by, old.executed_at, old.execution_error)
    then
      raise exception using
        errcode = 'EF004',
        message = 'What is known of a decision changes only with a decision. Nothing was changed.';
    end if;
    return new;
  elsif not (old.execution_status || ' ' || new.execution_status) = any (moves) then
    raise exception using
      errcode = 'EF004',
      message = format(
        'A suggestion that is %s cannot become %s. Nothing was changed.',
        old.execution_status, new.execution_status
      );
  elsif new.execution_status <> 'approved'
    and (new.approved_at, new.approved_by) is distinct from (old.approved_at, old.approved_by)
  then
    raise exception using
      errcode = 'EF004',
      message = 'Who approved, and when, is written by approving only. Nothing was changed.';
  end if;

  -- A row from before there was a guard may know one without the other: it is carried on as it is
  if num_nonnulls(new.approved_at, new.approved_by) = 1
    and (tg_op = 'INSERT' or new.execution_status = 'approved')
  then
    raise exception using
      errcode = 'EF005',
      message = 'Who approved and when are written together or not at all. Nothing was changed.';
  end if;
  if new.approved_by is not null
    and (tg_op = 'INSERT' or new.execution_status = 'approved')
  then
    if (signed_in is not null or current_setting('role') in ('anon', 'authenticated'))
      and new.approved_by is distinct from signed_in
    then
      raise exception using
        errcode = 'EF005',
        message = 'One approves in one''s own name. Nothing was changed.';
    end if;
    select coalesce(e.organization_id, p.organization_id)
    into owner_organization
    from public.user_profiles as p
    left join public.events as e
      on e.id = new.event_id
    where p.id = new.user_id
    and (new.event_id is null or e.organization_id is not null);
    if not exists (
      select
      from public.user_profiles as p
      where p.id = new.approved_by
      and p.organization_id = owner_organization
    ) then
      raise exception using
        errcode = 'EF005',
        message = 'Only a person of the suggestion''s own organization approves it. '
          'Nothing was changed.';
    end if;
  end if;
  return new;
end
$body$;
  revoke all on function backoffice.guard_suggestion() from public, anon, authenticated;
  comment on function backoffice.guard_suggestion() is
    'Keeps ai_insights_log to its lifecycle. שומרת על מחזור החיים של ai_insights_log.';
end
$do$;

-- הטריגרים פועלים תמיד, גם כש-session_replication_role הוא replica
-- The triggers fire always, also where session_replication_role is replica
do $$
begin
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'public.ai_insights_log'::regclass
    and tgname = 'guard_suggestion'
  ) then
    create trigger guard_suggestion
      before insert or update or delete on public.ai_insights_log
      for each row execute function backoffice.guard_suggestion();
    alter table public.ai_insights_log enable always trigger guard_suggestion;
    comment on trigger guard_suggestion on public.ai_insights_log is
      'Only the lifecycle''s moves. רק המעברים של מחזור החיים.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'public.ai_insights_log'::regclass
    and tgname = 'guard_suggestions_from_truncate'
  ) then
    create trigger guard_suggestions_from_truncate
      before truncate on public.ai_insights_log
      for each statement execute function backoffice.guard_suggestion();
    alter table public.ai_insights_log enable always trigger guard_suggestions_from_truncate;
    comment on trigger guard_suggestions_from_truncate on public.ai_insights_log is
      'History is never emptied. ההיסטוריה לעולם אינה מרוקנת.';
  end if;
end
$$;
