-- כפי שהיה
-- As it was
alter function backoffice.mark_with_its_suggestion() reset enable_seqscan;

create or replace function backoffice.guard_suggestion()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, public, extensions, pg_temp
  as $body$
declare
  signed_in constant uuid := backoffice.signed_in();
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

create or replace function backoffice.moment(written text, zone text)
  returns timestamp with time zone
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
declare
  -- היום, השעה, ההיסט ואזור הזמן
  -- The day, the time of day, the offset and the time zone
  parts constant text[] := regexp_match(
    btrim(written, E' \t\n\r\f\v'),
    '^((?:19|[2-9][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2})[Tt ]'
    '((?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?'
    '|24:00(?::00(?:[.,](?:0{1,6}|0{6}[0-9]{1,3}))?)?)'
    '(?: *([Zz]|[+-][0-9]{2}(?::?[0-5][0-9](?::?[0-5][0-9])?)?|[+-][0-9](?::[0-5][0-9]){1,2}))?'
    '(?: *\[([^][]+)\])?$'
  );
  named text;
  clock timestamp;
  at timestamptz;
  digits text;
  east interval;
  before interval;
begin
  if parts is null or parts[4] ~ '^\s*$' then
    return null;
  end if;
  clock := (
    parts[1] || ' ' || regexp_replace(replace(parts[2], ',', '.'), '(\.[0-9]{6})[0-9]+', '\1')
  )::timestamp;
  if clock >= '10000-01-01' then
    return null;
  end if;
  named := case when parts[4] is not null then backoffice.zone_name(parts[4]) end;
  if parts[4] is not null and (clock at time zone named) is null then
    return null;
  end if;
  if parts[3] is not null then
    digits := replace(substr(parts[3], 2), ':', '');
    digits := rpad(case when length(digits) % 2 = 1 then '0' else '' end || digits, 6, '0');
    east := make_interval(
      hours => substr(digits, 1, 2)::integer,
      mins => substr(digits, 3, 2)::integer,
      secs => substr(digits, 5, 2)::integer
    );
    if east >= interval '16 hours' then
      return null;
    end if;
    at := (case left(parts[3], 1) when '-' then clock + east else clock - east end)
      at time zone 'UTC';
    if parts[3] not in ('Z', 'z') and (at at time zone named) <> clock then
      return null;
    end if;
  else
    named := coalesce(named, backoffice.zone_name(zone));
    at := clock at time zone named;
    -- PostgreSQL בוחר את השני מבין שניים
    -- Of two PostgreSQL takes the second; a day earlier the clocks went as they did at the first
    before := ((at - interval '25 hours') at time zone named)
      - ((at - interval '25 hours') at time zone 'UTC');
    if before > (at at time zone named) - (at at time zone 'UTC')
    and ((clock - before) at time zone 'UTC') at time zone named = clock then
      at := (clock - before) at time zone 'UTC';
    end if;
  end if;
  return case when at < '10000-01-01 00:00:00+00' then at end;
exception
  when data_exception then
    return null;
end
$$;

create or replace function backoffice.claimed_kinds(detected jsonb)
  returns text[]
  language plpgsql
  immutable
  set search_path = pg_catalog, pg_temp
  as $$
begin
  return (
    with claims as (
      select e.key as spelled, e.value as claim
      from jsonb_each(case jsonb_typeof(detected) when 'object' then detected end) as e
      union all
      select
        coalesce(
          nullif(item.value ->> 'kind', ''),
          nullif(item.value ->> 'type', ''),
          nullif(item.value ->> 'conflict_type', ''),
          ''
        ),
        jsonb_build_array(item.value)
      from jsonb_array_elements(case jsonb_typeof(detected) when 'array' then detected end) as item
      union all
      select '', detected
      where jsonb_typeof(detected) not in ('object', 'array')
    ),
    named as (
      select btrim(regexp_replace(lower(c.spelled), '[-_\s]+', '_', 'g'), '_') as word
      from claims as c
      where exists (
        select
        from jsonb_array_elements(
          case jsonb_typeof(c.claim) when 'array' then c.claim else jsonb_build_array(c.claim) end
        ) as item
        where item.value <> all (array['null', 'false', '0', '""', '{}', '[]']::jsonb[])
      )
    )
    select coalesce(array_agg(distinct kinds.kind order by kinds.kind), '{}')
    from (
      select case
        when word like '%room\_name%' then 'other'
        when word like '%room%' then 'room'
        when word like '%speaker%' then 'speaker'
        when word like '%capacity%' then 'capacity'
        else 'other'
      end as kind
      from named
    ) as kinds
  );
end
$$;

create or replace function backoffice.indexed(ids uuid[])
  returns setof backoffice.suggestion_index
  language plpgsql
  stable
  set search_path = pg_catalog, public, extensions, pg_temp
  set plan_cache_mode = 'force_generic_plan'
  as $$
begin
  return query
  select
    l.id,
    coalesce(
      case when l.event_id is null then p.organization_id else e.organization_id end,
      '00000000-0000-0000-0000-000000000000'
    ),
    l.event_id,
    l.user_id,
    l.approved_by,
    case
      when l.action_type in ('schedule_create', 'schedule_update', 'schedule_delete')
        then l.action_type
      else 'other'
    end,
    l.execution_status,
    said.at,
    coalesce(decision.at, case when l.execution_status <> 'suggested' then l.approved_at end),
    case
      when l.execution_status <> 'suggested'
        then coalesce(decision.staff_profile_id, decision.profile_id, l.approved_by)
    end,
    l.executed_at,
    case
      when first.at is not null and isfinite(said.at)
        then greatest(extract(epoch from first.at - said.at), 0)::bigint
    end,
    backoffice.moment(
      left(
        coalesce(
          l.action_data #>> '{changes,start_time}',
          l.action_data #>> '{proposed_state,start_time}',
          l.action_data #>> '{current_state,start_time}'
        ),
        64
      ),
      e.timezone
    ),
    coalesce(l.action_data -> 'vip_affected' = 'true', false),
    claims.claimed,
    looked.found,
    case
      when looked.found is null then null
      when not looked.found <@ claims.claimed then 'missed'
      when not array_remove(claims.claimed, 'other') <@ looked.found then 'wrong'
      when looked.found = '{}' then 'nothing'
      else 'right'
    end,
    case l.execution_status
      when 'rejected' then nullif(left(decision.reason, 200), '')
      when 'failed' then nullif(backoffice.unnamed(l.execution_error), '')
    end,
    to_tsvector(
      'simple',
      concat_ws(
        ' ',
        left(l.action_data #>> '{proposed_state,title}', 300),
        left(l.action_data #>> '{current_state,title}', 300),
        left(p.full_name, 300)
      )
    )
  from public.ai_insights_log as l
  left join public.events as e
    on e.id = l.event_id
  left join public.user_profiles as p
    on p.id = l.user_id
  cross join lateral (
    select coalesce(l.created_at, l.suggested_at) as at
  ) as said
  cross join lateral (
    select backoffice.claimed_kinds(l.action_data -> 'conflicts_detected') as claimed
    -- Or it would be asked for each time it is used
    offset 0
  ) as claims
  left join lateral (
    select h.at
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    order by h.number
    limit 1
  ) as first
    on true
  left join lateral (
    select h.at, h.reason, h.staff_profile_id, h.profile_id
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    and (h.to_status in ('approved', 'rejected') or h.number = 1)
    order by h.number desc
    limit 1
  ) as decision
    on true
  left join lateral (
    select (
      select coalesce(array_agg(distinct s.value ->> 'kind'), '{}')
      from jsonb_array_elements(case jsonb_typeof(h.seen) when 'array' then h.seen end) as s
      where s.value ->> 'kind' in ('room', 'speaker', 'capacity')
    ) as found
    from backoffice.decision_history as h
    where h.suggestion_id = l.id
    and jsonb_typeof(h.seen) = 'array'
    -- What was only said of a move, nobody looked at; an approval has a basis, and somebody did
    and (
      h.seen = '[]'
      or jsonb_path_exists(h.seen, '$[*].kind')
      or jsonb_path_exists(h.seen, '$[*].basis')
    )
    order by h.number desc
    limit 1
  ) as looked
    on true
  where l.id = any (ids);
end
$$;

create or replace function backoffice.index_suggestions(ids uuid[])
  returns bigint
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
  as $$
declare
  fresh backoffice.suggestion_index;
  stood backoffice.suggestion_index;
  changed bigint := 0;
begin
  for fresh in
    select *
    from backoffice.indexed(ids)
  loop
    select *
    into stood
    from backoffice.suggestion_index as i
    where i.suggestion_id = fresh.suggestion_id;
    continue when stood is not distinct from fresh;
    insert into backoffice.suggestion_index
    values (fresh.*)
    on conflict (suggestion_id) do update
    set
      (
        organization_id, event_id, requester_id, approver_id, action, status, suggested_at,
        decided_at, decider_id, executed_at, waited, requested_start, vip, claimed, found, claim,
        reason, words
      ) = (
        excluded.organization_id, excluded.event_id, excluded.requester_id, excluded.approver_id,
        excluded.action, excluded.status, excluded.suggested_at, excluded.decided_at,
        excluded.decider_id, excluded.executed_at, excluded.waited, excluded.requested_start,
        excluded.vip, excluded.claimed, excluded.found, excluded.claim, excluded.reason,
        excluded.words
      );
    insert into backoffice.stale_days (organization_id, day)
    values (fresh.organization_id, backoffice.day_of(fresh.suggested_at));
    if (stood.organization_id, stood.suggested_at)
      <> (fresh.organization_id, fresh.suggested_at)
    then
      insert into backoffice.stale_days (organization_id, day)
      values (stood.organization_id, backoffice.day_of(stood.suggested_at));
    end if;
    changed := changed + 1;
  end loop;
  return changed;
end
$$;

create or replace function backoffice.write_decision_history()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  told constant jsonb :=
    coalesce(nullif(current_setting('eventflow.decision', true), ''), '{}')::jsonb;
  claimed constant timestamptz := coalesce(new.executed_at, new.approved_at, new.created_at);
  last backoffice.decision_history;
  entry backoffice.decision_history;
begin
  if (
    new.execution_status = case tg_op when 'UPDATE' then old.execution_status else 'suggested' end
  ) then
    return null;
  end if;
  select *
  into last
  from backoffice.decision_history as h
  where h.suggestion_id = new.id
  order by h.number desc
  limit 1;

  entry.id := nextval(pg_get_serial_sequence('backoffice.decision_history', 'id'));
  entry.suggestion_id := new.id;
  entry.number := coalesce(last.number, 0) + 1;
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
  entry.previous_hash := last.hash;
  entry.hash := backoffice.history_hash(entry);
  insert into backoffice.decision_history overriding system value values (entry.*);
  return null;
end
$$;

create or replace function backoffice.signed_in()
  returns uuid
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;

create or replace function backoffice.day_of(moment timestamp with time zone)
  returns date
  language sql
  immutable
  set search_path = pg_catalog, pg_temp
  as $$
select case
  when moment >= '0001-01-02 00:00:00+00' and moment < '9999-12-31 00:00:00+00'
    then (moment at time zone 'Asia/Jerusalem')::date
  else 'infinity'
end
$$;

create or replace function backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text)
  returns text
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select jsonb_build_array(
  (approved_at at time zone 'UTC')::text, approved_by, (executed_at at time zone 'UTC')::text,
  execution_error
)::text
$$;

create or replace function backoffice.history_text(entry backoffice.decision_history)
  returns text
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select jsonb_build_array(
  entry.previous_hash, entry.suggestion_id, entry.number, entry.from_status, entry.to_status,
  to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.database_role,
  entry.profile_id, entry.staff_member_id, entry.staff_profile_id, entry.reason, entry.seen,
  entry.digest, entry.before, entry.after, entry.removed, entry.state
)::text
$$;

create or replace function backoffice.history_hash(entry backoffice.decision_history)
  returns text
  language sql
  stable
  set search_path = pg_catalog, pg_temp
  as $$
select encode(sha256(convert_to(backoffice.history_text(entry), 'UTF8')), 'hex')
$$;
