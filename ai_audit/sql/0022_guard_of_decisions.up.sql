-- שמירה על מחזור החיים, בשלמותה: מי שכבר אינו בארגון אינו מחליט בו דבר, הרגעים ש-authenticated כותב
-- הם של מסד הנתונים, ושורה שכבר הוחלטה מוסיף רק בעל הטבלה.
-- Lifecycle guard, in full: who has left an organization decides nothing there any more, moments that
-- `authenticated` writes are the database's own, and a row that is decided already is inserted by the
-- owner only. It binds everyone: this application, the REST layer, a SQL console. It runs with its
-- owner's rights, to read whose event and whose profile it is; who calls is told by the setting
-- `role`, for inside it current_user is the owner.
create or replace function backoffice.guard_suggestion()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  as $body$
declare
  signed_in constant uuid := auth.uid();
  caller constant name := case current_setting('role')
    when 'none' then session_user
    else current_setting('role')
  end;
  of_rest_layer constant boolean := caller in ('anon', 'authenticated');
  by_person constant boolean := signed_in is not null or of_rest_layer;
  by_owner constant boolean := pg_has_role(
    caller, (select c.relowner from pg_catalog.pg_class as c where c.oid = tg_relid), 'usage'
  );
  -- As the history takes it, which is written next
  moment constant timestamptz := clock_timestamp();
  moves constant text[] := array[
    'suggested approved', 'suggested rejected', 'approved executed', 'approved failed',
    'approved rejected', 'failed approved'
  ];
  decided constant boolean := tg_op = 'UPDATE' and new.execution_status <> old.execution_status;
  approves constant boolean :=
    new.approved_by is not null and (tg_op = 'INSERT' or new.execution_status = 'approved');
begin
  if tg_op in ('DELETE', 'TRUNCATE') then
    raise exception using
      errcode = 'EF001',
      message = 'A suggestion is history and is never deleted. Nothing was changed.';
  end if;

  if tg_op = 'INSERT' then
    if (
      not by_owner
      and (
        new.execution_status <> 'suggested'
        or num_nonnulls(
          new.approved_at, new.approved_by, new.executed_at, new.execution_error
        ) > 0
      )
    )
      or (of_rest_layer and new.user_id is distinct from signed_in)
    then
      raise exception using
        errcode = 'EF002',
        message = 'A suggestion is made undecided and in one''s own name. Nothing was changed.';
    end if;
    if of_rest_layer then
      new.suggested_at := moment;
      new.created_at := moment;
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
  elsif not decided then
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

  -- A row from before there was a guard may say it otherwise: it is carried on as it is
  if decided
    and not by_owner
    and new.execution_status <> 'executed'
    and new.executed_at is distinct from old.executed_at
  then
    raise exception using
      errcode = 'EF004',
      message = 'When it was carried out is written of what was carried out only. '
        'Nothing was changed.';
  end if;
  -- A row from before there was a guard may know one without the other: it is carried on as it is
  if num_nonnulls(new.approved_at, new.approved_by) = 1
    and (tg_op = 'INSERT' or new.execution_status = 'approved')
  then
    raise exception using
      errcode = 'EF005',
      message = 'Who approved and when are written together or not at all. Nothing was changed.';
  end if;

  if approves and by_person and new.approved_by is distinct from signed_in then
    raise exception using
      errcode = 'EF005',
      message = 'One approves in one''s own name. Nothing was changed.';
  end if;
  -- הארגון כפי שהוא עכשיו: של האירוע, או של המבקש כשאין אירוע
  -- The organization as it is now: the event's, or the requester's where there is no event
  if (approves or decided and by_person)
    and not exists (
      select
      from public.user_profiles as p
      where p.id = case when by_person then signed_in else new.approved_by end
      and p.organization_id = case
        when new.event_id is null
          then (select r.organization_id from public.user_profiles as r where r.id = new.user_id)
        else (select e.organization_id from public.events as e where e.id = new.event_id)
      end
    )
  then
    raise exception using
      errcode = 'EF005',
      message = 'Only a person of the suggestion''s own organization decides on it. '
        'Nothing was changed.';
  end if;

  -- הרגעים של מי שמחובר הם של מסד הנתונים
  -- Moments of who is signed in are the database's own
  if decided and of_rest_layer then
    if new.execution_status = 'approved' and new.approved_at is not null then
      new.approved_at := moment;
    elsif new.execution_status = 'executed' then
      new.executed_at := moment;
    end if;
  end if;
  return new;
end
$body$;
