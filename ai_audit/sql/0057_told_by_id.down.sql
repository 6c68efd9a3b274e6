-- חזרה למה שהיה: כל מה שנאמר במקום אחד
-- Back to what it was: all that is told is in one place.
create or replace function backoffice.write_decision_history()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set enable_seqscan = off
  as $$
declare
  said text;
  told jsonb;
  claimed constant timestamptz := coalesce(new.executed_at, new.approved_at, new.created_at);
  last_number integer;
  last_hash text;
  entry backoffice.decision_history;
begin
  if (
    new.execution_status = case tg_op when 'UPDATE' then old.execution_status else 'suggested' end
  ) then
    return null;
  end if;
  said := current_setting('eventflow.decision', true);
  told := nullif(
    case
      when said like '{%' then said
      else split_part(split_part(said, E'\n' || new.id || ' ', 2), E'\n', 1)
    end,
    ''
  )::jsonb;
  select h.number, h.hash
  into last_number, last_hash
  from backoffice.decision_history as h
  where h.suggestion_id = new.id
  order by h.number desc
  limit 1;

  entry.suggestion_id := new.id;
  entry.number := coalesce(last_number, 0) + 1;
  entry.from_status := case when tg_op = 'UPDATE' then old.execution_status end;
  entry.to_status := new.execution_status;
  -- A row that comes decided was decided when it says so, if that can be; a move happens now
  entry.at := clock_timestamp();
  if tg_op = 'INSERT' and claimed between '1970-01-01 UTC' and entry.at then
    entry.at := claimed;
  end if;
  entry.database_role := case current_setting('role')
    when 'none' then session_user
    else current_setting('role')
  end;
  entry.profile_id := coalesce(
    backoffice.signed_in(),
    case when tg_op = 'INSERT' or new.execution_status = 'approved' then new.approved_by end
  );
  if told ->> 'suggestion' = new.id::text
    and has_schema_privilege(session_user, 'backoffice', 'usage')
  then
    entry.staff_member_id := (told ->> 'staff_member')::bigint;
    entry.staff_profile_id := (told ->> 'staff_profile')::uuid;
    entry.reason := told ->> 'reason';
    entry.seen := told -> 'seen';
    entry.digest := told ->> 'digest';
    if new.execution_status = 'executed' then
      entry.before := told -> 'before';
      entry.after := told -> 'after';
      entry.removed := told -> 'removed';
    end if;
  end if;
  entry.state := backoffice.decision_state(
    new.approved_at, new.approved_by, new.executed_at, new.execution_error
  );
  entry.previous_hash := last_hash;
  entry.hash := backoffice.history_hash(entry);
  insert into backoffice.decision_history (
    suggestion_id, number, from_status, to_status, at, database_role, profile_id, staff_member_id,
    staff_profile_id, reason, seen, digest, before, after, removed, state, previous_hash, hash
  )
  values (
    entry.suggestion_id, entry.number, entry.from_status, entry.to_status, entry.at,
    entry.database_role, entry.profile_id, entry.staff_member_id, entry.staff_profile_id,
    entry.reason, entry.seen, entry.digest, entry.before, entry.after, entry.removed, entry.state,
    entry.previous_hash, entry.hash
  );
  return null;
end
$$;
