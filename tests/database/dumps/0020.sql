

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA auth;

COMMENT ON SCHEMA auth IS 'Sign-in: who the users are and who is asking. Not the owner''s to add to.';

CREATE SCHEMA backoffice;

ALTER SCHEMA backoffice OWNER TO backoffice_owner;

COMMENT ON SCHEMA backoffice IS 'The back office''s own tables; no right for anon or authenticated. הטבלאות של המשרד האחורי; ללא הרשאה ל-anon או ל-authenticated.';

CREATE SCHEMA extensions;

COMMENT ON SCHEMA extensions IS 'Where extensions live, away from the tables the REST layer serves.';

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA extensions;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE TYPE public.event_status AS ENUM (
    'draft',
    'planning',
    'active',
    'completed',
    'cancelled'
);

ALTER TYPE public.event_status OWNER TO backoffice_owner;

COMMENT ON TYPE public.event_status IS 'How far an event has come.';

CREATE TYPE public.participant_status AS ENUM (
    'invited',
    'confirmed',
    'declined',
    'maybe',
    'checked_in',
    'no_show'
);

ALTER TYPE public.participant_status OWNER TO backoffice_owner;

COMMENT ON TYPE public.participant_status IS 'What a participant answered, and whether they came.';

CREATE FUNCTION auth.jwt() RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
    select nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb
$$;

COMMENT ON FUNCTION auth.jwt() IS 'The claims of the request being served; null outside a request.';

CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
    select auth.jwt() ->> 'role'
$$;

COMMENT ON FUNCTION auth.role() IS 'The role the claims name; null outside a request.';

CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
    select (auth.jwt() ->> 'sub')::uuid
$$;

COMMENT ON FUNCTION auth.uid() IS 'The signed-in user''s id; null where nobody is signed in.';

CREATE FUNCTION auth.user_org_id() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
    select profile.organization_id
    from public.user_profiles as profile
    where profile.id = auth.uid()
$$;

ALTER FUNCTION auth.user_org_id() OWNER TO backoffice_owner;

COMMENT ON FUNCTION auth.user_org_id() IS 'The signed-in user''s organization; null without a profile, and then no row is in reach.';

CREATE FUNCTION auth.user_organization_id() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
    select profile.organization_id
    from public.user_profiles as profile
    where profile.id = auth.uid()
$$;

ALTER FUNCTION auth.user_organization_id() OWNER TO backoffice_owner;

COMMENT ON FUNCTION auth.user_organization_id() IS 'The signed-in user''s organization; the name in the product''s first schema.';

CREATE FUNCTION backoffice.claimed_kinds(detected jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION backoffice.claimed_kinds(detected jsonb) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.claimed_kinds(detected jsonb) IS 'The kinds of conflicts the AI claims. סוגי ההתנגשויות שה-AI טוען להן.';

CREATE FUNCTION backoffice.count_again(undone uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION backoffice.count_again(undone uuid) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.count_again(undone uuid) IS 'Sets right the count of a session that came back. מתקנת את הספירה במפגש שחזר.';

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE backoffice.daily_figures (
    organization_id uuid NOT NULL,
    day date NOT NULL,
    figure text NOT NULL,
    key text NOT NULL,
    n bigint NOT NULL
);

ALTER TABLE backoffice.daily_figures OWNER TO backoffice_owner;

COMMENT ON TABLE backoffice.daily_figures IS 'Suggestions of a day (Asia/Jerusalem), added up by what became of them. הצעות של יום, מסוכמות לפי מה שקרה להן.';

CREATE FUNCTION backoffice.count_figures(organization uuid, of_day date) RETURNS SETOF backoffice.daily_figures
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
select organization, of_day, counted.figure, counted.key, count(*)
from backoffice.suggestion_index as i
cross join lateral (
  select 'status' as figure, i.action || ':' || i.status as key
  union all
  -- Each step is five per cent longer than the one before
  select 'waited', floor(ln(i.waited + 1) / ln(1.05))::int::text
  where i.waited is not null
  union all
  select i.status, i.reason
  where i.reason is not null
  union all
  select 'claim', i.claim
  where i.claim is not null
  union all
  select 'right', kind
  from unnest(i.claimed) as kind
  where kind = any (i.found)
  union all
  select 'wrong', kind
  from unnest(i.claimed) as kind
  where kind <> 'other'
  and kind <> all (i.found)
  union all
  select 'missed', kind
  from unnest(i.found) as kind
  where kind <> all (i.claimed)
) as counted
where i.organization_id = organization
and i.suggested_at >= of_day::timestamp at time zone 'Asia/Jerusalem'
and i.suggested_at < (of_day + 1)::timestamp at time zone 'Asia/Jerusalem'
group by counted.figure, counted.key
$$;

ALTER FUNCTION backoffice.count_figures(organization uuid, of_day date) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.count_figures(organization uuid, of_day date) IS 'The figures of a day, counted. הנתונים של יום, כפי שנספרו.';

CREATE FUNCTION backoffice.day_of(moment timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
select case
  when moment >= '0001-01-02 00:00:00+00' and moment < '9999-12-31 00:00:00+00'
    then (moment at time zone 'Asia/Jerusalem')::date
  else 'infinity'
end
$$;

ALTER FUNCTION backoffice.day_of(moment timestamp with time zone) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.day_of(moment timestamp with time zone) IS 'The day a moment counts for. היום שאליו רגע נספר.';

CREATE FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
select jsonb_build_array(
  (approved_at at time zone 'UTC')::text, approved_by, (executed_at at time zone 'UTC')::text,
  execution_error
)::text
$$;

ALTER FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text) IS 'What a row says of its decision. מה שהשורה אומרת על ההחלטה.';

CREATE FUNCTION backoffice.forget_suggestions(ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  forgotten bigint;
begin
  with gone as (
    delete from backoffice.suggestion_index as i
    where i.suggestion_id = any (ids)
    and not exists (select from public.ai_insights_log as l where l.id = i.suggestion_id)
    returning i.organization_id, i.suggested_at
  )
  insert into backoffice.stale_days (organization_id, day)
  select g.organization_id, backoffice.day_of(g.suggested_at)
  from gone as g;
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;

ALTER FUNCTION backoffice.forget_suggestions(ids uuid[]) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.forget_suggestions(ids uuid[]) IS 'Drops rows of no suggestion. מסירה שורות שאין להן הצעה.';

CREATE FUNCTION backoffice.give_up(suggestion uuid, error text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION backoffice.give_up(suggestion uuid, error text) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.give_up(suggestion uuid, error text) IS 'Fails what was approved by someone who has left. מכשילה את מה שאישר מי שכבר אינו בארגון.';

CREATE FUNCTION backoffice.guard_suggestion() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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
$$;

ALTER FUNCTION backoffice.guard_suggestion() OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.guard_suggestion() IS 'Keeps ai_insights_log to its lifecycle. שומרת על מחזור החיים של ai_insights_log.';

CREATE TABLE backoffice.decision_history (
    id bigint NOT NULL,
    suggestion_id uuid NOT NULL,
    number integer NOT NULL,
    from_status text,
    to_status text NOT NULL,
    at timestamp with time zone NOT NULL,
    database_role text NOT NULL,
    profile_id uuid,
    staff_member_id bigint,
    staff_profile_id uuid,
    reason text,
    seen jsonb,
    digest text,
    before jsonb,
    after jsonb,
    removed jsonb,
    state text,
    previous_hash text,
    hash text NOT NULL
);

ALTER TABLE backoffice.decision_history OWNER TO backoffice_owner;

COMMENT ON TABLE backoffice.decision_history IS 'Who decided what, when, on what information, and what was written. Append-only. מי החליט מה, מתי, על סמך מה, ומה נכתב. רק מוסיפים.';

COMMENT ON COLUMN backoffice.decision_history.staff_profile_id IS 'The staff member''s profile then; links change. הפרופיל של איש הצוות באותה עת.';

COMMENT ON COLUMN backoffice.decision_history.seen IS 'The conflicts that were on screen. ההתנגשויות שהיו על המסך.';

COMMENT ON COLUMN backoffice.decision_history.digest IS 'What the page carried, compared again before writing. מה שהדף נשא, והושווה שוב לפני הכתיבה.';

COMMENT ON COLUMN backoffice.decision_history.removed IS 'Every row that a deletion took along, by table. כל שורה שמחיקה לקחה איתה, לפי טבלה.';

COMMENT ON COLUMN backoffice.decision_history.state IS 'What the row itself said of its decision afterwards. מה שהשורה עצמה אמרה על ההחלטה אחריה.';

CREATE FUNCTION backoffice.history_hash(entry backoffice.decision_history) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
select encode(sha256(convert_to(backoffice.history_text(entry), 'UTF8')), 'hex')
$$;

ALTER FUNCTION backoffice.history_hash(entry backoffice.decision_history) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.history_hash(entry backoffice.decision_history) IS 'SHA-256 of an entry''s text, in hexadecimal. גיבוב SHA-256 של טקסט הרשומה.';

CREATE FUNCTION backoffice.history_text(entry backoffice.decision_history) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
select jsonb_build_array(
  entry.previous_hash, entry.suggestion_id, entry.number, entry.from_status, entry.to_status,
  to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.database_role,
  entry.profile_id, entry.staff_member_id, entry.staff_profile_id, entry.reason, entry.seen,
  entry.digest, entry.before, entry.after, entry.removed, entry.state
)::text
$$;

ALTER FUNCTION backoffice.history_text(entry backoffice.decision_history) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.history_text(entry backoffice.decision_history) IS 'The text of an entry that is hashed. הטקסט של רשומה שממנו מחושב הגיבוב.';

CREATE FUNCTION backoffice.index_suggestions(ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION backoffice.index_suggestions(ids uuid[]) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.index_suggestions(ids uuid[]) IS 'Brings the index in step. מעדכנת את האינדקס.';

CREATE TABLE backoffice.suggestion_index (
    suggestion_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    event_id uuid,
    requester_id uuid NOT NULL,
    approver_id uuid,
    action text NOT NULL,
    status text NOT NULL,
    suggested_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decider_id uuid,
    executed_at timestamp with time zone,
    waited bigint,
    requested_start timestamp with time zone,
    vip boolean NOT NULL,
    claimed text[] NOT NULL,
    found text[],
    claim text,
    reason text,
    words tsvector NOT NULL
);

ALTER TABLE backoffice.suggestion_index OWNER TO backoffice_owner;

COMMENT ON TABLE backoffice.suggestion_index IS 'What lists filter and sort suggestions by; kept by trigger, made anew by rebuild_index. מה שהרשימות מסננות וממיינות לפיו.';

COMMENT ON COLUMN backoffice.suggestion_index.organization_id IS 'Whose it is; zeros where the requester has no organization. של מי ההצעה; אפסים אם אין ארגון.';

COMMENT ON COLUMN backoffice.suggestion_index.action IS 'The action type, or ''other''. סוג הפעולה, או אחר.';

COMMENT ON COLUMN backoffice.suggestion_index.suggested_at IS 'created_at, or suggested_at where that is NULL. מועד ההצעה.';

COMMENT ON COLUMN backoffice.suggestion_index.decided_at IS 'When the decision that stands was made. מתי התקבלה ההחלטה העומדת.';

COMMENT ON COLUMN backoffice.suggestion_index.decider_id IS 'The profile of who made it. הפרופיל של מי שקיבל אותה.';

COMMENT ON COLUMN backoffice.suggestion_index.waited IS 'Seconds until the first decision. שניות עד להחלטה הראשונה.';

COMMENT ON COLUMN backoffice.suggestion_index.claimed IS 'Kinds of conflicts the AI claimed. סוגי ההתנגשויות שה-AI טען להן.';

COMMENT ON COLUMN backoffice.suggestion_index.found IS 'Kinds of those that stood when it was decided; NULL where nobody looked. סוגי ההתנגשויות שעמדו בעת ההחלטה.';

COMMENT ON COLUMN backoffice.suggestion_index.claim IS 'How the claim compares: right, nothing, missed, wrong. איך הטענה עמדה במבחן.';

COMMENT ON COLUMN backoffice.suggestion_index.reason IS 'Why it was rejected, or failed without the names in it. למה נדחתה, או נכשלה בלי השמות.';

CREATE FUNCTION backoffice.indexed(ids uuid[]) RETURNS SETOF backoffice.suggestion_index
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET plan_cache_mode TO 'force_generic_plan'
    AS $_$
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
    -- What was only said of a move, nobody looked at
    and (h.seen = '[]' or jsonb_path_exists(h.seen, '$[*].kind'))
    order by h.number desc
    limit 1
  ) as looked
    on true
  where l.id = any (ids);
end
$_$;

ALTER FUNCTION backoffice.indexed(ids uuid[]) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.indexed(ids uuid[]) IS 'The index rows of suggestions, as they should be. שורות האינדקס כפי שעליהן להיות.';

CREATE FUNCTION backoffice.kept_of_removal(undone uuid) RETURNS backoffice.decision_history
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION backoffice.kept_of_removal(undone uuid) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.kept_of_removal(undone uuid) IS 'What the history kept of a removal that is being undone. מה שההיסטוריה שמרה ממחיקה שמתבטלת עכשיו.';

CREATE FUNCTION backoffice.moment(written text, zone text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  plain constant text := regexp_replace(
    replace(btrim(written, E' \t\n\r\f\v'), ',', '.'), '(\.\d{6})\d+', '\1'
  );
  at timestamptz;
begin
  if plain !~* (
    '^(19|[2-9]\d)\d\d-\d\d-\d\d[t ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?'
    '(z|[+-]\d\d(:?[0-5]\d(:?[0-5]\d)?)?)?$'
  ) then
    return null;
  end if;
  if plain ~* '\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-][\d:]+)$' then
    at := plain::timestamptz;
  else
    begin
      at := plain::timestamp at time zone coalesce(nullif(btrim(zone), ''), 'Asia/Jerusalem');
    exception
      -- An unknown zone counts as UTC, as everywhere
      when invalid_parameter_value then
        at := plain::timestamp at time zone 'UTC';
    end;
  end if;
  return case when at < '10000-01-01 00:00:00+00' then at end;
exception
  when data_exception then
    return null;
end
$_$;

ALTER FUNCTION backoffice.moment(written text, zone text) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.moment(written text, zone text) IS 'A moment the AI wrote, NULL for none. רגע שכתב ה-AI.';

CREATE FUNCTION backoffice.put_back(undone uuid, relation text, entries jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
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
$_$;

ALTER FUNCTION backoffice.put_back(undone uuid, relation text, entries jsonb) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.put_back(undone uuid, relation text, entries jsonb) IS 'Puts back rows that a removal took along. מחזירה שורות שמחיקה לקחה איתה.';

CREATE FUNCTION backoffice.refresh_figures(at_most integer) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  refreshed bigint;
begin
  with days as materialized (
    select distinct s.day, s.organization_id
    from backoffice.stale_days as s
    order by s.day, s.organization_id
    limit at_most
  ),
  unmarked as (
    delete from backoffice.stale_days as s
    using days as d
    where s.day = d.day
    and s.organization_id = d.organization_id
  ),
  counted as materialized (
    select c.*
    from days as d
    cross join lateral backoffice.count_figures(d.organization_id, d.day) as c
  ),
  dropped as (
    delete from backoffice.daily_figures as f
    using days as d
    where f.organization_id = d.organization_id
    and f.day = d.day
    and not exists (
      select
      from counted as c
      where c.organization_id = f.organization_id
      and c.day = f.day
      and c.figure = f.figure
      and c.key = f.key
    )
  ),
  written as (
    insert into backoffice.daily_figures as f
    select *
    from counted
    on conflict (organization_id, day, figure, key) do update
    set n = excluded.n
    where f.n <> excluded.n
  )
  select count(*)
  into refreshed
  from days;
  return refreshed;
end
$$;

ALTER FUNCTION backoffice.refresh_figures(at_most integer) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.refresh_figures(at_most integer) IS 'Adds up the marked days anew. מסכמת מחדש את הימים שסומנו.';

CREATE FUNCTION backoffice.refuse_to_change_history() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise exception using
    errcode = 'EF006',
    message = 'The decision history is only ever added to. Nothing was changed.';
end
$$;

ALTER FUNCTION backoffice.refuse_to_change_history() OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.refuse_to_change_history() IS 'Refuses whatever would change history. מסרבת לכל מה שהיה משנה את ההיסטוריה.';

CREATE FUNCTION backoffice.tables_below_sessions() RETURNS SETOF regclass
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
with recursive below as (
  select c.conrelid as relation
  from pg_catalog.pg_constraint as c
  where c.contype = 'f'
  and c.conparentid = 0
  and c.confrelid = 'public.schedules'::regclass
  union
  select c.conrelid
  from below
  join pg_catalog.pg_constraint as c
    on c.confrelid = below.relation
    and c.contype = 'f'
    and c.conparentid = 0
)
select relation::regclass
from below
$$;

ALTER FUNCTION backoffice.tables_below_sessions() OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.tables_below_sessions() IS 'From which tables foreign keys lead to sessions. מאילו טבלאות מפתחות זרים מובילים למפגשים.';

CREATE FUNCTION backoffice.taken_along(session_id uuid) RETURNS TABLE(relation text, entry jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
declare
  tables text[];
  rows_of jsonb[];
  known text[];
  places text[];
  found jsonb;
  at integer := 1;
  referring record;
begin
  select array['public.schedules'], array[jsonb_build_array(to_jsonb(s))],
    array[s.tableoid || ' ' || s.ctid]
  into tables, rows_of, known
  from public.schedules as s
  where s.id = session_id;

  while at <= coalesce(cardinality(tables), 0) loop
    for referring in
      select
        format('%I.%I', w.nspname, t.relname) as name,
        string_agg(format('r.%I', a.attname), ', ' order by k.n) as own,
        string_agg(format('p.%I', f.attname), ', ' order by k.n) as referred
      from pg_catalog.pg_constraint as c
      join pg_catalog.pg_class as t
        on t.oid = c.conrelid
      join pg_catalog.pg_namespace as w
        on w.oid = t.relnamespace
      cross join lateral unnest(c.conkey, c.confkey) with ordinality as k (own, referred, n)
      join pg_catalog.pg_attribute as a
        on a.attrelid = c.conrelid
        and a.attnum = k.own
      join pg_catalog.pg_attribute as f
        on f.attrelid = c.confrelid
        and f.attnum = k.referred
      where c.contype = 'f'
      and c.confdeltype = 'c'
      and c.conparentid = 0
      and c.confrelid = tables[at]::regclass
      group by c.oid, 1
      order by 1, c.oid
    loop
      execute format(
        'select array_agg(f.place), jsonb_agg(f.entry) from ('
        'select r.tableoid || '' '' || r.ctid as place, to_jsonb(r) as entry from %1$s as r'
        ' where (%2$s) in (select %3$s from jsonb_populate_recordset(null::%4$s, $1) as p)'
        ' order by 1 for update of r) as f'
        ' where not f.place = any ($2)',
        referring.name, referring.own, referring.referred, tables[at]
      )
      into places, found
      using rows_of[at], known;
      if places is not null then
        known := known || places;
        tables := tables || referring.name;
        rows_of := rows_of || found;
        return query
        select referring.name, e.value
        from jsonb_array_elements(found) as e;
      end if;
    end loop;
    at := at + 1;
  end loop;
end
$_$;

ALTER FUNCTION backoffice.taken_along(session_id uuid) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.taken_along(session_id uuid) IS 'What goes when a session is deleted, locked. מה שנמחק יחד עם מפגש, נעול.';

CREATE FUNCTION backoffice.unnamed(sentence text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
select left(
  regexp_replace(
    regexp_replace(
      left(sentence, 2000), '[\u2066-\u2068][^\u2066-\u2069]*\u2069', '…', 'g'
    ),
    '[\u2066-\u2068][^\u2066-\u2069]*\u2069', '…', 'g'
  ),
  200
)
$$;

ALTER FUNCTION backoffice.unnamed(sentence text) OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.unnamed(sentence text) IS 'A sentence without the names in it. משפט בלי השמות שבו.';

CREATE FUNCTION backoffice.write_decision_history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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
    auth.uid(),
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

ALTER FUNCTION backoffice.write_decision_history() OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.write_decision_history() IS 'Writes a move into the history. רושמת מעבר בהיסטוריה.';

CREATE FUNCTION backoffice.write_suggestion_index() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform backoffice.index_suggestions(array(select t.id from touched as t));
  return null;
end
$$;

ALTER FUNCTION backoffice.write_suggestion_index() OWNER TO backoffice_owner;

COMMENT ON FUNCTION backoffice.write_suggestion_index() IS 'Keeps the index. שומרת על האינדקס.';

CREATE FUNCTION extensions.uuid_generate_v4() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    SET search_path TO ''
    RETURN gen_random_uuid();

COMMENT ON FUNCTION extensions.uuid_generate_v4() IS 'A random identifier; stands for the function of uuid-ossp, which this server lacks.';

CREATE FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid) RETURNS TABLE(conflict_id uuid, conflict_title text, conflict_start timestamp with time zone, conflict_end timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  -- Every character that Unicode calls white space.
  space constant text := e' \t\n\x0b\f\r\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003'
    '\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
  speaker constant text := lower(btrim(p_speaker_name, space));
begin
  if speaker = '' or p_end_time <= p_start_time then
    return;
  end if;
  return query
  select
    s.id,
    s.title,
    s.start_time,
    s.end_time
  from public.schedules as s
  where s.event_id = p_event_id
  and s.speaker_name is not null
  and lower(btrim(s.speaker_name, space)) = speaker
  and s.start_time < p_end_time
  and s.end_time > p_start_time
  and s.start_time < s.end_time
  and (p_exclude_schedule_id is null or s.id <> p_exclude_schedule_id)
  order by s.start_time, s.id;
end
$$;

ALTER FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid) OWNER TO backoffice_owner;

COMMENT ON FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid) IS 'Other sessions of the speaker in the event that overlap the half-open time given. מפגשים אחרים של הדובר באירוע שחופפים לזמן הנתון.';

CREATE FUNCTION public.count_registrations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
    if tg_op = 'INSERT' then
        update public.schedules
        set current_count = coalesce(current_count, 0) + 1
        where id = new.schedule_id;
    else
        update public.schedules
        set current_count = coalesce(current_count, 0) - 1
        where id = old.schedule_id;
    end if;
    return null;
end
$$;

ALTER FUNCTION public.count_registrations() OWNER TO backoffice_owner;

COMMENT ON FUNCTION public.count_registrations() IS 'Keeps schedules.current_count in step with registrations, companions included.';

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end
$$;

ALTER FUNCTION public.set_updated_at() OWNER TO backoffice_owner;

COMMENT ON FUNCTION public.set_updated_at() IS 'Keeps updated_at at the time of the last change.';

CREATE TABLE auth.users (
    id uuid NOT NULL,
    email text,
    created_at timestamp with time zone DEFAULT now()
);

COMMENT ON TABLE auth.users IS 'The accounts people sign in with; a profile in public goes with each.';

CREATE TABLE backoffice.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE backoffice.auth_group OWNER TO backoffice_owner;

ALTER TABLE backoffice.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE backoffice.auth_group_permissions OWNER TO backoffice_owner;

ALTER TABLE backoffice.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE backoffice.auth_permission OWNER TO backoffice_owner;

ALTER TABLE backoffice.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);

ALTER TABLE backoffice.auth_user OWNER TO backoffice_owner;

CREATE TABLE backoffice.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE backoffice.auth_user_groups OWNER TO backoffice_owner;

ALTER TABLE backoffice.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE backoffice.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE backoffice.auth_user_user_permissions OWNER TO backoffice_owner;

ALTER TABLE backoffice.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);

ALTER TABLE backoffice.axes_accessattempt OWNER TO backoffice_owner;

ALTER TABLE backoffice.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE backoffice.axes_accessattemptexpiration OWNER TO backoffice_owner;

CREATE TABLE backoffice.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);

ALTER TABLE backoffice.axes_accessfailurelog OWNER TO backoffice_owner;

ALTER TABLE backoffice.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);

ALTER TABLE backoffice.axes_accesslog OWNER TO backoffice_owner;

ALTER TABLE backoffice.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE backoffice.decision_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME backoffice.decision_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);

ALTER TABLE backoffice.django_admin_log OWNER TO backoffice_owner;

ALTER TABLE backoffice.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE backoffice.django_content_type OWNER TO backoffice_owner;

ALTER TABLE backoffice.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE backoffice.django_migrations OWNER TO backoffice_owner;

ALTER TABLE backoffice.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

ALTER TABLE backoffice.django_session OWNER TO backoffice_owner;

CREATE TABLE backoffice.foundation_objects (
    object text NOT NULL,
    migration text NOT NULL,
    replaced text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE backoffice.foundation_objects OWNER TO backoffice_owner;

COMMENT ON TABLE backoffice.foundation_objects IS 'What our migrations created, and the SQL of what they replaced: reversing drops only this. מה שהמיגרציות יצרו, וה-SQL של מה שהוחלף: היפוך מסיר רק את זה.';

CREATE TABLE backoffice.otp_totp_totpdevice (
    id integer NOT NULL,
    name character varying(64) NOT NULL,
    confirmed boolean NOT NULL,
    key character varying(80) NOT NULL,
    step smallint NOT NULL,
    t0 bigint NOT NULL,
    digits smallint NOT NULL,
    tolerance smallint NOT NULL,
    drift smallint NOT NULL,
    last_t bigint NOT NULL,
    user_id integer NOT NULL,
    throttling_failure_count integer NOT NULL,
    throttling_failure_timestamp timestamp with time zone,
    created_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT otp_totp_totpdevice_digits_check CHECK ((digits >= 0)),
    CONSTRAINT otp_totp_totpdevice_step_check CHECK ((step >= 0)),
    CONSTRAINT otp_totp_totpdevice_throttling_failure_count_check CHECK ((throttling_failure_count >= 0)),
    CONSTRAINT otp_totp_totpdevice_tolerance_check CHECK ((tolerance >= 0))
);

ALTER TABLE backoffice.otp_totp_totpdevice OWNER TO backoffice_owner;

ALTER TABLE backoffice.otp_totp_totpdevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.otp_totp_totpdevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.scheduling_staffmember (
    id bigint NOT NULL,
    profile_id uuid NOT NULL,
    user_id integer NOT NULL,
    language text DEFAULT ''::text NOT NULL
);

ALTER TABLE backoffice.scheduling_staffmember OWNER TO backoffice_owner;

ALTER TABLE backoffice.scheduling_staffmember ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME backoffice.scheduling_staffmember_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backoffice.stale_days (
    organization_id uuid NOT NULL,
    day date NOT NULL
);

ALTER TABLE backoffice.stale_days OWNER TO backoffice_owner;

COMMENT ON TABLE backoffice.stale_days IS 'Days whose figures are counted anew when read, until they are refreshed. ימים שהנתונים שלהם ייספרו מחדש.';

CREATE TABLE backoffice.suggestion_links (
    suggestion_id uuid NOT NULL,
    replaces uuid,
    undoes uuid,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT one_suggestion_is_replaced_or_undone CHECK ((num_nonnulls(replaces, undoes) = 1))
);

ALTER TABLE backoffice.suggestion_links OWNER TO backoffice_owner;

COMMENT ON TABLE backoffice.suggestion_links IS 'Which suggestion replaces or undoes which. Append-only. איזו הצעה מחליפה או מבטלת איזו. רק מוסיפים.';

COMMENT ON COLUMN backoffice.suggestion_links.replaces IS 'The one that was edited before approving, and rejected for it. זו שנערכה לפני האישור ונדחתה בשל כך.';

COMMENT ON COLUMN backoffice.suggestion_links.undoes IS 'The one that had been carried out and is undone. זו שבוצעה ומבוטלת.';

COMMENT ON CONSTRAINT one_suggestion_is_replaced_or_undone ON backoffice.suggestion_links IS 'A link says one thing. קישור אומר דבר אחד.';

CREATE TABLE public.ai_insights_log (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    user_id uuid NOT NULL,
    event_id uuid,
    action_type text NOT NULL,
    action_data jsonb NOT NULL,
    suggested_at timestamp with time zone DEFAULT now() NOT NULL,
    approved_at timestamp with time zone,
    approved_by uuid,
    executed_at timestamp with time zone,
    execution_status text DEFAULT 'suggested'::text NOT NULL,
    execution_error text,
    created_at timestamp with time zone DEFAULT now(),
    CONSTRAINT ai_insights_log_execution_status_check CHECK ((execution_status = ANY (ARRAY['suggested'::text, 'approved'::text, 'rejected'::text, 'executed'::text, 'failed'::text])))
);

ALTER TABLE public.ai_insights_log OWNER TO backoffice_owner;

COMMENT ON TABLE public.ai_insights_log IS 'Changes to a programme that the AI suggested, and what people decided. שינויים בתוכנית שה-AI הציע, ומה אנשים החליטו.';

COMMENT ON COLUMN public.ai_insights_log.user_id IS 'Who asked. מי ביקש.';

COMMENT ON COLUMN public.ai_insights_log.event_id IS 'Whose programme; without it the row belongs to the organization of who asked. התוכנית של מי; בלעדיו השורה שייכת לארגון של מי שביקש.';

COMMENT ON COLUMN public.ai_insights_log.action_data IS 'The suggestion as the AI wrote it: untrusted. ההצעה כפי שה-AI כתב אותה: לא מהימנה.';

COMMENT ON COLUMN public.ai_insights_log.approved_by IS 'Who approved; a rejection leaves it empty. מי אישר; דחייה משאירה ריק.';

COMMENT ON COLUMN public.ai_insights_log.execution_status IS 'How far it has come. עד לאן הגיעה.';

COMMENT ON CONSTRAINT ai_insights_log_execution_status_check ON public.ai_insights_log IS 'The five states of the lifecycle. חמשת המצבים של מחזור החיים.';

CREATE TABLE public.events (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    organization_id uuid,
    created_by uuid,
    name text NOT NULL,
    description text,
    status public.event_status DEFAULT 'draft'::public.event_status,
    start_date timestamp with time zone NOT NULL,
    end_date timestamp with time zone,
    timezone text DEFAULT 'Asia/Jerusalem'::text,
    venue_name text,
    venue_address text,
    venue_city text,
    venue_notes text,
    max_participants integer,
    settings jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.events OWNER TO backoffice_owner;

COMMENT ON TABLE public.events IS 'The events of an organization.';

CREATE TABLE public.organizations (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    name text NOT NULL,
    logo_url text,
    settings jsonb DEFAULT '{}'::jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.organizations OWNER TO backoffice_owner;

COMMENT ON TABLE public.organizations IS 'Who runs events; the boundary of what its people may see.';

CREATE TABLE public.participant_schedules (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    participant_id uuid NOT NULL,
    schedule_id uuid NOT NULL,
    is_companion boolean DEFAULT false,
    reminder_sent boolean,
    reminder_sent_at timestamp with time zone,
    attended boolean,
    created_at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.participant_schedules OWNER TO backoffice_owner;

COMMENT ON TABLE public.participant_schedules IS 'Registrations: who comes to which session, companions in rows of their own.';

CREATE TABLE public.participants (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    event_id uuid NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    full_name text GENERATED ALWAYS AS (((first_name || ' '::text) || last_name)) STORED,
    email text,
    phone text NOT NULL,
    status public.participant_status DEFAULT 'invited'::public.participant_status,
    is_vip boolean DEFAULT false,
    vip_notes text,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.participants OWNER TO backoffice_owner;

COMMENT ON TABLE public.participants IS 'The people invited to an event.';

CREATE TABLE public.schedules (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    event_id uuid NOT NULL,
    title text NOT NULL,
    description text,
    start_time timestamp with time zone NOT NULL,
    end_time timestamp with time zone NOT NULL,
    location text,
    room text,
    max_capacity integer,
    current_count integer DEFAULT 0,
    is_mandatory boolean DEFAULT false,
    is_break boolean DEFAULT false,
    track text,
    track_color text,
    speaker_name text,
    speaker_title text,
    speaker_bio text,
    speaker_image text,
    materials_url text,
    send_reminder boolean DEFAULT true,
    reminder_minutes_before integer DEFAULT 15,
    sort_order integer DEFAULT 0,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.schedules OWNER TO backoffice_owner;

COMMENT ON TABLE public.schedules IS 'The sessions of an event, one row each.';

CREATE TABLE public.user_profiles (
    id uuid DEFAULT extensions.uuid_generate_v4() NOT NULL,
    organization_id uuid,
    full_name text NOT NULL,
    phone text,
    email text,
    role text DEFAULT 'member'::text,
    avatar_url text,
    preferences jsonb,
    created_at timestamp with time zone DEFAULT now(),
    updated_at timestamp with time zone DEFAULT now()
);

ALTER TABLE public.user_profiles OWNER TO backoffice_owner;

COMMENT ON TABLE public.user_profiles IS 'The people of an organization, one row per account.';

INSERT INTO auth.users VALUES
	('10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c@example.com', '2026-11-29 17:57:27.072995+00'),
	('a860ee3e-66a3-437a-a224-d7f7b3f7d98a', 'a860ee3e-66a3-437a-a224-d7f7b3f7d98a@example.com', '2026-11-29 17:57:27.077895+00'),
	('d97fb924-9607-4862-a709-8812373b08d2', 'd97fb924-9607-4862-a709-8812373b08d2@example.com', '2026-11-29 17:57:27.080575+00'),
	('879d2afb-bf6f-4946-bcd3-034ec641a90c', '879d2afb-bf6f-4946-bcd3-034ec641a90c@example.com', '2026-11-29 17:57:27.083557+00');

INSERT INTO backoffice.auth_group VALUES
	(4, 'Viewer'),
	(5, 'Approver'),
	(6, 'Auditor');

INSERT INTO backoffice.auth_group_permissions VALUES
	(22, 4, 1),
	(23, 4, 8),
	(24, 4, 14),
	(25, 4, 21),
	(26, 4, 22),
	(27, 5, 1),
	(28, 5, 8),
	(29, 5, 14),
	(30, 5, 15),
	(31, 5, 16),
	(32, 5, 17),
	(33, 5, 18),
	(34, 5, 19),
	(35, 5, 21),
	(36, 5, 22),
	(37, 6, 1),
	(38, 6, 8),
	(39, 6, 14),
	(40, 6, 20),
	(41, 6, 21),
	(42, 6, 22);

INSERT INTO backoffice.auth_permission VALUES
	(1, 'Can view event', 1, 'view_event'),
	(2, 'Can view organization', 2, 'view_organization'),
	(3, 'Can view participant', 3, 'view_participant'),
	(4, 'Can view registration', 4, 'view_registration'),
	(5, 'Can add session', 5, 'add_schedule'),
	(6, 'Can change session', 5, 'change_schedule'),
	(7, 'Can delete session', 5, 'delete_schedule'),
	(8, 'Can view session', 5, 'view_schedule'),
	(9, 'Can view profile', 6, 'view_userprofile'),
	(10, 'Can add staff member', 7, 'add_staffmember'),
	(11, 'Can change staff member', 7, 'change_staffmember'),
	(12, 'Can delete staff member', 7, 'delete_staffmember'),
	(13, 'Can view staff member', 7, 'view_staffmember'),
	(14, 'Can view suggestion', 8, 'view_suggestion'),
	(15, 'Can approve a suggestion', 8, 'approve_suggestion'),
	(16, 'Can reject a suggestion', 8, 'reject_suggestion'),
	(17, 'Can carry out an approved suggestion', 8, 'execute_suggestion'),
	(18, 'Can change a suggestion and approve it', 8, 'amend_suggestion'),
	(19, 'Can undo a suggestion that was carried out', 8, 'undo_suggestion'),
	(20, 'Can export suggestions', 8, 'export_suggestion'),
	(21, 'Can view pending suggestion', 9, 'view_pendingsuggestion'),
	(22, 'Can view history entry', 10, 'view_historyentry'),
	(23, 'Can add log entry', 13, 'add_logentry'),
	(24, 'Can change log entry', 13, 'change_logentry'),
	(25, 'Can delete log entry', 13, 'delete_logentry'),
	(26, 'Can view log entry', 13, 'view_logentry'),
	(27, 'Can add permission', 14, 'add_permission'),
	(28, 'Can change permission', 14, 'change_permission'),
	(29, 'Can delete permission', 14, 'delete_permission'),
	(30, 'Can view permission', 14, 'view_permission'),
	(31, 'Can add group', 15, 'add_group'),
	(32, 'Can change group', 15, 'change_group'),
	(33, 'Can delete group', 15, 'delete_group'),
	(34, 'Can view group', 15, 'view_group'),
	(35, 'Can add user', 16, 'add_user'),
	(36, 'Can change user', 16, 'change_user'),
	(37, 'Can delete user', 16, 'delete_user'),
	(38, 'Can view user', 16, 'view_user'),
	(39, 'Can add content type', 17, 'add_contenttype'),
	(40, 'Can change content type', 17, 'change_contenttype'),
	(41, 'Can delete content type', 17, 'delete_contenttype'),
	(42, 'Can view content type', 17, 'view_contenttype'),
	(43, 'Can add session', 18, 'add_session'),
	(44, 'Can change session', 18, 'change_session'),
	(45, 'Can delete session', 18, 'delete_session'),
	(46, 'Can view session', 18, 'view_session'),
	(47, 'Can add access attempt', 19, 'add_accessattempt'),
	(48, 'Can change access attempt', 19, 'change_accessattempt'),
	(49, 'Can delete access attempt', 19, 'delete_accessattempt'),
	(50, 'Can view access attempt', 19, 'view_accessattempt');
INSERT INTO backoffice.auth_permission VALUES
	(51, 'Can add access log', 20, 'add_accesslog'),
	(52, 'Can change access log', 20, 'change_accesslog'),
	(53, 'Can delete access log', 20, 'delete_accesslog'),
	(54, 'Can view access log', 20, 'view_accesslog'),
	(55, 'Can add access failure', 21, 'add_accessfailurelog'),
	(56, 'Can change access failure', 21, 'change_accessfailurelog'),
	(57, 'Can delete access failure', 21, 'delete_accessfailurelog'),
	(58, 'Can view access failure', 21, 'view_accessfailurelog'),
	(59, 'Can add access attempt expiration', 22, 'add_accessattemptexpiration'),
	(60, 'Can change access attempt expiration', 22, 'change_accessattemptexpiration'),
	(61, 'Can delete access attempt expiration', 22, 'delete_accessattemptexpiration'),
	(62, 'Can view access attempt expiration', 22, 'view_accessattemptexpiration'),
	(63, 'Can add TOTP device', 23, 'add_totpdevice'),
	(64, 'Can change TOTP device', 23, 'change_totpdevice'),
	(65, 'Can delete TOTP device', 23, 'delete_totpdevice'),
	(66, 'Can view TOTP device', 23, 'view_totpdevice');

INSERT INTO backoffice.auth_user VALUES
	(1, 'md5$q3fv3e4np3ROFHoqnym1DE$58a744f66fe4afabd367e22da462d905', NULL, false, 'noa', '', '', '', true, true, '2026-11-29 17:57:27.073628+00'),
	(2, 'md5$MaMuEUBB5pKCjqv2XDobYb$f91fac8ecb23e2799011e61484727a1a', NULL, false, 'dana', '', '', '', true, true, '2026-11-29 17:57:27.078213+00'),
	(3, 'md5$d55G0hNL7fmFR42vdapk8R$05dc73e699c4ce424f0975482dffd8ff', NULL, false, 'gal', '', '', '', true, true, '2026-11-29 17:57:27.080847+00'),
	(4, 'md5$CwXNeejy7HFVs9oM0KXk7a$bfc0219244803c40d8c7ef0d731b7170', NULL, false, 'omer', '', '', '', true, true, '2026-11-29 17:57:27.083815+00'),
	(5, 'md5$96Kl90w3zeq8JCpiQPGOnQ$d9f0aada6d8354bf16cc9aa8d809fa17', NULL, true, 'root', '', '', '', true, true, '2026-11-29 17:57:27.086305+00');

INSERT INTO backoffice.auth_user_groups VALUES
	(1, 1, 5),
	(2, 2, 4);

INSERT INTO backoffice.auth_user_user_permissions VALUES
	(1, 1, 1),
	(2, 1, 5),
	(3, 1, 6),
	(4, 1, 7),
	(5, 1, 8),
	(6, 1, 14),
	(7, 1, 15),
	(8, 1, 16),
	(9, 1, 17),
	(10, 1, 18),
	(11, 1, 19),
	(12, 1, 20),
	(13, 1, 21),
	(14, 2, 8),
	(15, 2, 1),
	(16, 2, 21),
	(17, 2, 14),
	(18, 3, 1),
	(19, 3, 8),
	(20, 3, 14),
	(21, 3, 15),
	(22, 3, 21),
	(23, 4, 1),
	(24, 4, 8),
	(25, 4, 14),
	(26, 4, 15),
	(27, 4, 16),
	(28, 4, 17),
	(29, 4, 18),
	(30, 4, 19),
	(31, 4, 20),
	(32, 4, 21);

INSERT INTO backoffice.daily_figures VALUES
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'status', 'schedule_create:approved', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'status', 'schedule_create:failed', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'status', 'schedule_create:rejected', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'waited', '182', 3),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'status', 'schedule_create:suggested', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'rejected', 'אין מקום', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'failed', 'The room was taken.', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'waited', '167', 1),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2018-02-04', 'status', 'schedule_create:executed', 1);

INSERT INTO backoffice.decision_history OVERRIDING SYSTEM VALUE VALUES
	(1, '00000000-0000-4000-8000-000000000004', 1, NULL, 'approved', '2018-02-04 07:00:00+00', 'postgres', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '["2018-02-04 07:00:00", null, null, null]', NULL, '72c4eee296ee6cd734ad2874a7a0c310eaf5a39bdc46f626022880b871fef6ff'),
	(2, '00000000-0000-4000-8000-000000000001', 1, NULL, 'executed', '2018-02-04 08:00:00+00', 'postgres', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '["2018-02-04 07:00:00", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2018-02-04 08:00:00", null]', NULL, 'edab4dc217b12e89ab2e19ccbfcc341c1577bad4303c9d660e9f9c179ec65a75'),
	(3, '00000000-0000-4000-8000-000000000002', 1, NULL, 'rejected', '2018-02-04 08:00:00+00', 'postgres', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'אין מקום', NULL, NULL, NULL, NULL, NULL, '[null, null, null, null]', NULL, '7f64be3f1d14ec2aefb26987fea87bd7b6b86f15b5da05f0927ed6071c35e100'),
	(4, '00000000-0000-4000-8000-000000000003', 1, NULL, 'failed', '2018-02-04 08:00:00+00', 'postgres', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '["2018-02-04 07:00:00", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2018-02-04 08:00:00", "The room was taken."]', NULL, 'e3e0d8ce05be2fdb8f8f490f13f9871ac5166826e2f77b36cf27ecf256982c1b'),
	(5, '00000000-0000-4000-8000-000000000020', 1, 'suggested', 'approved', '2026-11-29 17:57:27.407536+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '9fa858ee8400441c3b318372ec2aee3678a952c577783d653bc29f440ab37576', NULL, NULL, NULL, '["2026-11-29 17:57:27.396929", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '6e692baa967228949c88796510af625b0879ae3e1e8a4ce1462213c5e8abbbcd'),
	(6, '00000000-0000-4000-8000-000000000020', 2, 'approved', 'executed', '2026-11-29 17:57:27.410824+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '9fa858ee8400441c3b318372ec2aee3678a952c577783d653bc29f440ab37576', 'null', '{"id": "e87ca880-91c3-416f-b182-415c3287b847", "room": "חדר N", "title": "חדש", "track": null, "end_time": "2038-01-30T10:45:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.39702+00:00", "sort_order": 0, "start_time": "2038-01-30T09:15:00+00:00", "updated_at": "2026-11-29T17:57:27.39702+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": null, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', 'null', '["2026-11-29 17:57:27.396929", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2026-11-29 17:57:27.396929", null]', '6e692baa967228949c88796510af625b0879ae3e1e8a4ce1462213c5e8abbbcd', '9ac8a1fb22debcbb025c568a65dba4dd620632630a143ab1298b76346a910c4b'),
	(7, '00000000-0000-4000-8000-000000000021', 1, 'suggested', 'approved', '2026-11-29 17:57:27.420175+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '96e9b02d4d3a518bd7e178d6aced6ce57c8359f31e5eeffcd38b20e16e889dfe', NULL, NULL, NULL, '["2026-11-29 17:57:27.414805", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, 'bb8398d15c44294293c5b99ee970523cd454701b02077abaaf07d82a94d7d36d'),
	(8, '00000000-0000-4000-8000-000000000021', 2, 'approved', 'executed', '2026-11-29 17:57:27.423379+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '96e9b02d4d3a518bd7e178d6aced6ce57c8359f31e5eeffcd38b20e16e889dfe', '{"id": "00000000-0000-4000-8000-000000000102", "room": "חדר B", "title": "סדנה", "track": null, "end_time": "2038-01-30T09:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.38815+00:00", "sort_order": 0, "start_time": "2038-01-30T08:00:00+00:00", "updated_at": "2026-11-29T17:57:27.38815+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', '{"id": "00000000-0000-4000-8000-000000000102", "room": "חדר B", "title": "סדנה מורחבת", "track": null, "end_time": "2038-01-30T09:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.38815+00:00", "sort_order": 0, "start_time": "2038-01-30T08:00:00+00:00", "updated_at": "2026-11-29T17:57:27.414876+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 60, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', 'null', '["2026-11-29 17:57:27.414805", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2026-11-29 17:57:27.414805", null]', 'bb8398d15c44294293c5b99ee970523cd454701b02077abaaf07d82a94d7d36d', '101ad74ee9820fd3fbd24159caad2ce5cb68452c51a60b4f100ee7f94c5a1dac'),
	(9, '00000000-0000-4000-8000-000000000022', 1, 'suggested', 'approved', '2026-11-29 17:57:27.433798+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'בוטל', '[]', 'f302e80045558f3d7682f9f65ba24f0280f0de35822c2f1f7eac9d63aca915c7', NULL, NULL, NULL, '["2026-11-29 17:57:27.426179", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '1031cb2858ef49f740985c2a109bcec782c1c48df0e9c7b5fd9dd730d85b9e61'),
	(10, '00000000-0000-4000-8000-000000000022', 2, 'approved', 'executed', '2026-11-29 17:57:27.43613+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'בוטל', '[]', 'f302e80045558f3d7682f9f65ba24f0280f0de35822c2f1f7eac9d63aca915c7', '{"id": "00000000-0000-4000-8000-000000000100", "room": "חדר בוקר", "title": "מפגש בוקר", "track": null, "end_time": "2038-01-30T08:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.386943+00:00", "sort_order": 0, "start_time": "2038-01-30T07:00:00+00:00", "updated_at": "2026-11-29T17:57:27.392952+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 3, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', 'null', '{"public.participant_schedules": [{"id": "4443fcaa-062b-4cea-9e01-3f767d02cbdc", "attended": null, "created_at": "2026-11-29T17:57:27.3919+00:00", "schedule_id": "00000000-0000-4000-8000-000000000100", "is_companion": false, "reminder_sent": null, "participant_id": "4caf7e58-c48e-422c-ab73-753d0cf45878", "reminder_sent_at": null}, {"id": "867f0d9b-9621-41e5-8992-a0f5777d3f4d", "attended": null, "created_at": "2026-11-29T17:57:27.392646+00:00", "schedule_id": "00000000-0000-4000-8000-000000000100", "is_companion": false, "reminder_sent": null, "participant_id": "eac86397-fa3d-43ec-98d4-bd9065852655", "reminder_sent_at": null}, {"id": "a423e22e-6382-4261-877d-519453761003", "attended": null, "created_at": "2026-11-29T17:57:27.392952+00:00", "schedule_id": "00000000-0000-4000-8000-000000000100", "is_companion": true, "reminder_sent": null, "participant_id": "4caf7e58-c48e-422c-ab73-753d0cf45878", "reminder_sent_at": null}]}', '["2026-11-29 17:57:27.426179", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2026-11-29 17:57:27.426179", null]', '1031cb2858ef49f740985c2a109bcec782c1c48df0e9c7b5fd9dd730d85b9e61', 'dac344c47e1650de49f34673b95edc038200ce5c1a39623869fffa8996cb328e'),
	(11, '00000000-0000-4000-8000-000000000023', 1, 'suggested', 'approved', '2026-11-29 17:57:27.445318+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'טעות', '[]', 'b842e593a232e3ab151b3d64b7899939fef46c7a4b97160b33cce29de7bcabe7', NULL, NULL, NULL, '["2026-11-29 17:57:27.438595", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '28bd35ee4ac13b40169a364e15529cc7f42eb1eda8185fcccc7032b487ba8431'),
	(24, '00000000-0000-4000-8000-000000000031', 1, 'suggested', 'approved', '2026-11-29 17:57:27.532215+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '53d36a22bf91bf27e50a542b6425a3fadc3bbdfeffad9f1215aa93b0a9359231', NULL, NULL, NULL, '["2026-11-29 17:57:27.527854", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, 'bccf6b3a6e466c9edf33b88738762e276dec2e8739064e2ca7ce1a41748af277'),
	(25, '00000000-0000-4000-8000-000000000032', 1, 'suggested', 'approved', '2026-11-29 17:57:27.539322+00', 'authenticated', 'd97fb924-9607-4862-a709-8812373b08d2', 3, 'd97fb924-9607-4862-a709-8812373b08d2', NULL, '[]', '9f9ccbb15af1a2e0424c9b6196c0923947d4b8bb88f93b99dfb4cb7e7a46c95e', NULL, NULL, NULL, '["2026-11-29 17:57:27.533783", "d97fb924-9607-4862-a709-8812373b08d2", null, null]', NULL, '41aea1122b2e6ce490b907350ef8389f650aab12e4527a6fb409c4d7717f5e2c'),
	(26, '00000000-0000-4000-8000-000000000033', 1, 'suggested', 'approved', '2026-11-29 17:57:27.541432+00', 'postgres', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[null, null, null, null]', NULL, 'e549d40a920e683c6aba2287c31b818b581e2ee0ef63e508ae5d1dc7c30b477f'),
	(12, '00000000-0000-4000-8000-000000000023', 2, 'approved', 'executed', '2026-11-29 17:57:27.447304+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'טעות', '[]', 'b842e593a232e3ab151b3d64b7899939fef46c7a4b97160b33cce29de7bcabe7', '{"id": "00000000-0000-4000-8000-000000000103", "room": "Room C", "title": "Lecture", "track": null, "end_time": "2038-01-30T10:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.388444+00:00", "sort_order": 0, "start_time": "2038-01-30T09:00:00+00:00", "updated_at": "2026-11-29T17:57:27.393213+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 1, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', 'null', '{"public.participant_schedules": [{"id": "d80dc1cb-40cb-4779-b149-8114f6407bfd", "attended": null, "created_at": "2026-11-29T17:57:27.393213+00:00", "schedule_id": "00000000-0000-4000-8000-000000000103", "is_companion": false, "reminder_sent": null, "participant_id": "e0a3cd69-cd1f-480f-9790-65759d8a16e6", "reminder_sent_at": null}]}', '["2026-11-29 17:57:27.438595", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2026-11-29 17:57:27.438595", null]', '28bd35ee4ac13b40169a364e15529cc7f42eb1eda8185fcccc7032b487ba8431', '0cb46af03d694250c7d83b8fcac7c746d2dd6eedfce5b6820a6228e3fa267a23'),
	(13, 'db541411-d3db-4d4e-a4c6-9a1785e46e33', 1, 'suggested', 'approved', '2026-11-29 17:57:27.464288+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'חוזר', '[]', 'ac7db0c164b176eb4a69cd13e84f7801c4042e63cf601a4f3c66e592066e3ea1', NULL, NULL, NULL, '["2026-11-29 17:57:27.451064", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '3ccc68a3c23c45ea87d91971dd106db75ec85e824c150e6ee7a13efbc0c98bad'),
	(14, 'db541411-d3db-4d4e-a4c6-9a1785e46e33', 2, 'approved', 'executed', '2026-11-29 17:57:27.469416+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'חוזר', '[]', 'ac7db0c164b176eb4a69cd13e84f7801c4042e63cf601a4f3c66e592066e3ea1', 'null', '{"id": "00000000-0000-4000-8000-000000000103", "room": "Room C", "title": "Lecture", "track": null, "end_time": "2038-01-30T10:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.388444+00:00", "sort_order": 0, "start_time": "2038-01-30T09:00:00+00:00", "updated_at": "2026-11-29T17:57:27.449108+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 1, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', 'null', '["2026-11-29 17:57:27.451064", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2026-11-29 17:57:27.451064", null]', '3ccc68a3c23c45ea87d91971dd106db75ec85e824c150e6ee7a13efbc0c98bad', 'ce49f8b0161cbafd4f3bf084edd0462057752fd7ff36ec07a754c89bbdd21cbe'),
	(15, '00000000-0000-4000-8000-000000000024', 1, 'suggested', 'rejected', '2026-11-29 17:57:27.477436+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'אין תקציב', '[]', 'ab0c69085de72874ac932b97a1f1e49f6e15e3de2bf4758e6e5374490c2b0690', NULL, NULL, NULL, '[null, null, null, null]', NULL, '2b2bf802fac149321fa0198442eb4c1ab1199d7ad7290bd135f46f7d4ea43cad'),
	(16, '00000000-0000-4000-8000-000000000025', 1, 'suggested', 'approved', '2026-11-29 17:57:27.485741+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[{"ids": ["00000000-0000-4000-8000-000000000101"], "kind": "room", "severity": "error"}]', '3334fd8f3720309925a21b0e1f3191de422f8e865c52e54e92e32aece99bffb8', NULL, NULL, NULL, '["2026-11-29 17:57:27.479306", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '990687df9a5cdc1228532c832a7730775477c9c44412382ea36f70a105575dd7'),
	(17, '00000000-0000-4000-8000-000000000025', 2, 'approved', 'failed', '2026-11-29 17:57:27.487301+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[{"ids": ["00000000-0000-4000-8000-000000000101"], "kind": "room", "severity": "error"}, {"said": [{"code": "room_taken", "room": "אולם", "sessions": ["Asia/Jerusalem", ["ערב גאלה", "2038-01-30T16:00:00+00:00", "2038-01-30T17:00:00+00:00"]]}]}]', '3334fd8f3720309925a21b0e1f3191de422f8e865c52e54e92e32aece99bffb8', NULL, NULL, NULL, '["2026-11-29 17:57:27.479306", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, "החדר «⁨אולם⁩» תפוס על ידי «⁨ערב גאלה⁩» (30 ינו 2038, ⁦18:00–19:00⁩)."]', '990687df9a5cdc1228532c832a7730775477c9c44412382ea36f70a105575dd7', '18b3ffe64ca5d01bf502f92813d2ef3b349489170c7689171f072063f24e5192'),
	(18, '00000000-0000-4000-8000-000000000026', 1, 'suggested', 'rejected', '2026-11-29 17:57:27.497442+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'הוחלפה בהצעה ערוכה.', '[{"said": [{"code": "replaced"}]}]', 'd54905fee2e3da3d7ed4a2b787ab8febd43c2e7c210ca7ec475a755f3af93415', NULL, NULL, NULL, '[null, null, null, null]', NULL, '0ea9ae45b0b64bcc34429bac7bb556e6545d6ebb2131d0304d1424d8382f41ef'),
	(19, 'acf42591-77dd-4baa-a75b-f6984dc1a33b', 1, 'suggested', 'approved', '2026-11-29 17:57:27.5022+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', 'b0b034f776eee3cd041458b4cd58a1fc7193e514218fec408c95069814e4b161', NULL, NULL, NULL, '["2026-11-29 17:57:27.489179", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, 'a11d20215aa5177d6c7bd103710a5ab412f75da8b5e8c99406d737741f21de4e'),
	(20, 'acf42591-77dd-4baa-a75b-f6984dc1a33b', 2, 'approved', 'executed', '2026-11-29 17:57:27.504292+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', 'b0b034f776eee3cd041458b4cd58a1fc7193e514218fec408c95069814e4b161', 'null', '{"id": "7df10eb0-3cdc-42f8-933b-2dbacd6dfced", "room": "חדר F", "title": "לעריכה", "track": null, "end_time": "2038-01-30T10:45:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.489239+00:00", "sort_order": 0, "start_time": "2038-01-30T09:15:00+00:00", "updated_at": "2026-11-29T17:57:27.489239+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": null, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}', 'null', '["2026-11-29 17:57:27.489179", "10a6b92a-fc16-4f24-8e61-20d338d4754c", "2026-11-29 17:57:27.489179", null]', 'a11d20215aa5177d6c7bd103710a5ab412f75da8b5e8c99406d737741f21de4e', '0f718d2186151f7472cf1144d1693aef2a064a34d42417df8a1cc305a82b7c01'),
	(21, '00000000-0000-4000-8000-000000000027', 1, 'suggested', 'approved', '2026-11-29 17:57:27.511546+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '5d42e089a120ba6bb1b7558735db4105327e1431321b9b6a4456dd622170f257', NULL, NULL, NULL, '["2026-11-29 17:57:27.505939", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '2821f7bb012832baa4e8813767fba36b30685ca7490da0a3336b7f7710a33865'),
	(22, '00000000-0000-4000-8000-000000000027', 2, 'approved', 'rejected', '2026-11-29 17:57:27.518031+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'התחרטנו', '[]', '832b41b9e57cfeaea2d4a95fe2a39b5c78b7094f1e473d624a9fb31ec5594394', NULL, NULL, NULL, '["2026-11-29 17:57:27.505939", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', '2821f7bb012832baa4e8813767fba36b30685ca7490da0a3336b7f7710a33865', 'c646fd820413ad8b8876faa6243b038b42925239fc31ccd8df4cc9e7f55bb63e'),
	(23, '00000000-0000-4000-8000-000000000030', 1, 'suggested', 'approved', '2026-11-29 17:57:27.525225+00', 'authenticated', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, '[]', '0f4cffcbacbfed22a16cd9551e2dea021d7896b108751074c9bc3763380cea9f', NULL, NULL, NULL, '["2026-11-29 17:57:27.519638", "10a6b92a-fc16-4f24-8e61-20d338d4754c", null, null]', NULL, '4c8c81448edc10ec2bef131687c87e54fa5b1c741dc180753ad9ca62d0b5bfe1');

INSERT INTO backoffice.django_admin_log VALUES
	(1, '2018-02-04 08:00:00+00', '00000000-0000-4000-8000-000000000002', '', 2, 'Rejected. Reason: אין מקום', NULL, 1),
	(2, '2026-11-29 17:57:27.412275+00', '00000000-0000-4000-8000-000000000020', 'חדש', 2, 'Approved. Executed.', 8, 1),
	(3, '2026-11-29 17:57:27.424255+00', '00000000-0000-4000-8000-000000000021', 'סדנה מורחבת', 2, 'Approved. Executed.', 8, 1),
	(4, '2026-11-29 17:57:27.436774+00', '00000000-0000-4000-8000-000000000022', 'מפגש בוקר', 2, 'Approved. Executed.', 8, 1),
	(5, '2026-11-29 17:57:27.448547+00', '00000000-0000-4000-8000-000000000023', 'Lecture', 2, 'Approved. Executed.', 8, 1),
	(6, '2026-11-29 17:57:27.470108+00', 'db541411-d3db-4d4e-a4c6-9a1785e46e33', 'Lecture', 2, 'Approved. Executed.', 8, 1),
	(7, '2026-11-29 17:57:27.478116+00', '00000000-0000-4000-8000-000000000024', 'סדנה: בינה מלאכותית בשטח', 2, 'Rejected. Reason: אין תקציב', 8, 1),
	(8, '2026-11-29 17:57:27.487942+00', '00000000-0000-4000-8000-000000000025', 'סדנה: בינה מלאכותית בשטח', 2, 'Approved. Failed: החדר «⁨אולם⁩» תפוס על ידי «⁨ערב גאלה⁩» (30 ינו 2038, ⁦18:00–19:00⁩).', 8, 1),
	(9, '2026-11-29 17:57:27.498081+00', '00000000-0000-4000-8000-000000000026', 'לעריכה', 2, 'Rejected. Reason: הוחלפה בהצעה ערוכה.', 8, 1),
	(10, '2026-11-29 17:57:27.504843+00', 'acf42591-77dd-4baa-a75b-f6984dc1a33b', 'לעריכה', 2, 'Approved. Executed.', 8, 1),
	(11, '2026-11-29 17:57:27.512122+00', '00000000-0000-4000-8000-000000000027', 'נסוג', 2, 'Approved, to be carried out later.', 8, 1),
	(12, '2026-11-29 17:57:27.518612+00', '00000000-0000-4000-8000-000000000027', 'נסוג', 2, 'Rejected. Reason: התחרטנו', 8, 1),
	(13, '2026-11-29 17:57:27.525799+00', '00000000-0000-4000-8000-000000000030', 'אחר כך', 2, 'Approved, to be carried out later.', 8, 1),
	(14, '2026-11-29 17:57:27.532774+00', '00000000-0000-4000-8000-000000000031', 'צהריים', 2, 'Approved, to be carried out later.', 8, 1),
	(15, '2026-11-29 17:57:27.539883+00', '00000000-0000-4000-8000-000000000032', 'עזב', 2, 'Approved, to be carried out later.', 8, 3);

INSERT INTO backoffice.django_content_type VALUES
	(1, 'scheduling', 'event'),
	(2, 'scheduling', 'organization'),
	(3, 'scheduling', 'participant'),
	(4, 'scheduling', 'registration'),
	(5, 'scheduling', 'schedule'),
	(6, 'scheduling', 'userprofile'),
	(7, 'scheduling', 'staffmember'),
	(8, 'ai_audit', 'suggestion'),
	(9, 'ai_audit', 'pendingsuggestion'),
	(10, 'ai_audit', 'historyentry'),
	(11, 'ai_audit', 'suggestionlink'),
	(12, 'ai_audit', 'indexedsuggestion'),
	(13, 'admin', 'logentry'),
	(14, 'auth', 'permission'),
	(15, 'auth', 'group'),
	(16, 'auth', 'user'),
	(17, 'contenttypes', 'contenttype'),
	(18, 'sessions', 'session'),
	(19, 'axes', 'accessattempt'),
	(20, 'axes', 'accesslog'),
	(21, 'axes', 'accessfailurelog'),
	(22, 'axes', 'accessattemptexpiration'),
	(23, 'otp_totp', 'totpdevice');

INSERT INTO backoffice.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-29 17:57:26.5999+00'),
	(2, 'auth', '0001_initial', '2026-11-29 17:57:26.628814+00'),
	(3, 'admin', '0001_initial', '2026-11-29 17:57:26.637935+00'),
	(4, 'admin', '0002_logentry_remove_auto_add', '2026-11-29 17:57:26.642333+00'),
	(5, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-29 17:57:26.688738+00'),
	(6, 'scheduling', '0001_initial', '2026-11-29 17:57:26.697991+00'),
	(7, 'scheduling', '0002_no_room_overlap', '2026-11-29 17:57:26.723+00'),
	(8, 'scheduling', '0003_speaker_conflicts', '2026-11-29 17:57:26.732597+00'),
	(9, 'scheduling', '0004_what_goes_with_a_session', '2026-11-29 17:57:26.739791+00'),
	(10, 'contenttypes', '0002_remove_content_type_name', '2026-11-29 17:57:26.747955+00'),
	(11, 'auth', '0002_alter_permission_name_max_length', '2026-11-29 17:57:26.755756+00'),
	(12, 'auth', '0003_alter_user_email_max_length', '2026-11-29 17:57:26.759114+00'),
	(13, 'auth', '0004_alter_user_username_opts', '2026-11-29 17:57:26.763064+00'),
	(14, 'auth', '0005_alter_user_last_login_null', '2026-11-29 17:57:26.766169+00'),
	(15, 'auth', '0006_require_contenttypes_0002', '2026-11-29 17:57:26.766476+00'),
	(16, 'auth', '0007_alter_validators_add_error_messages', '2026-11-29 17:57:26.769133+00'),
	(17, 'auth', '0008_alter_user_username_max_length', '2026-11-29 17:57:26.773604+00'),
	(18, 'auth', '0009_alter_user_last_name_max_length', '2026-11-29 17:57:26.776776+00'),
	(19, 'auth', '0010_alter_group_name_max_length', '2026-11-29 17:57:26.78054+00'),
	(20, 'auth', '0011_update_proxy_permissions', '2026-11-29 17:57:26.784433+00'),
	(21, 'auth', '0012_alter_user_first_name_max_length', '2026-11-29 17:57:26.788049+00'),
	(22, 'ai_audit', '0001_initial', '2026-11-29 17:57:26.789048+00'),
	(23, 'ai_audit', '0002_ai_insights_log', '2026-11-29 17:57:26.805016+00'),
	(35, 'axes', '0001_initial', '2026-11-29 17:57:26.950026+00'),
	(36, 'axes', '0002_auto_20151217_2044', '2026-11-29 17:57:26.964213+00'),
	(37, 'axes', '0003_auto_20160322_0929', '2026-11-29 17:57:26.971233+00'),
	(38, 'axes', '0004_auto_20181024_1538', '2026-11-29 17:57:26.976289+00'),
	(39, 'axes', '0005_remove_accessattempt_trusted', '2026-11-29 17:57:26.977624+00'),
	(40, 'axes', '0006_remove_accesslog_trusted', '2026-11-29 17:57:26.979147+00'),
	(41, 'axes', '0007_alter_accessattempt_unique_together', '2026-11-29 17:57:26.988784+00'),
	(42, 'axes', '0008_accessfailurelog', '2026-11-29 17:57:26.996313+00'),
	(43, 'axes', '0009_add_session_hash', '2026-11-29 17:57:27.000406+00'),
	(44, 'axes', '0010_accessattemptexpiration', '2026-11-29 17:57:27.004156+00'),
	(45, 'otp_totp', '0001_initial', '2026-11-29 17:57:27.012005+00'),
	(46, 'otp_totp', '0002_auto_20190420_0723', '2026-11-29 17:57:27.021171+00'),
	(47, 'otp_totp', '0003_add_timestamps', '2026-11-29 17:57:27.028222+00'),
	(48, 'scheduling', '0005_staff_language', '2026-11-29 17:57:27.039116+00'),
	(49, 'sessions', '0001_initial', '2026-11-29 17:57:27.044008+00'),
	(50, 'ai_audit', '0003_lifecycle_guard', '2026-11-29 17:57:27.208006+00'),
	(51, 'ai_audit', '0004_decision_history', '2026-11-29 17:57:27.225905+00'),
	(52, 'ai_audit', '0005_history_entry', '2026-11-29 17:57:27.227988+00'),
	(53, 'ai_audit', '0006_permissions', '2026-11-29 17:57:27.229134+00'),
	(54, 'ai_audit', '0007_suggestion_links', '2026-11-29 17:57:27.239691+00'),
	(55, 'ai_audit', '0008_groups', '2026-11-29 17:57:27.258309+00'),
	(56, 'ai_audit', '0009_suggestion_index', '2026-11-29 17:57:27.277519+00'),
	(57, 'ai_audit', '0010_fill_suggestion_index', '2026-11-29 17:57:27.289532+00'),
	(58, 'ai_audit', '0011_page_indexes', '2026-11-29 17:57:27.334664+00'),
	(59, 'ai_audit', '0012_daily_figures', '2026-11-29 17:57:27.345971+00'),
	(60, 'ai_audit', '0020_acts_of_the_owner', '2026-11-29 17:57:27.354891+00');

INSERT INTO backoffice.foundation_objects VALUES
	('constraint no_room_overlap on public.schedules', 'scheduling.0002_no_room_overlap', NULL, '2026-11-29 17:57:26.698641+00'),
	('extension btree_gist', 'scheduling.0002_no_room_overlap', NULL, '2026-11-29 17:57:26.698641+00'),
	('function public.check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid)', 'scheduling.0003_speaker_conflicts', NULL, '2026-11-29 17:57:26.723907+00'),
	('index public.idx_schedules_speaker_time', 'scheduling.0003_speaker_conflicts', NULL, '2026-11-29 17:57:26.723907+00'),
	('function backoffice.tables_below_sessions()', 'scheduling.0004_what_goes_with_a_session', NULL, '2026-11-29 17:57:26.733177+00'),
	('function backoffice.taken_along(uuid)', 'scheduling.0004_what_goes_with_a_session', NULL, '2026-11-29 17:57:26.733177+00'),
	('constraint ai_insights_log_approved_by_fkey on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('constraint ai_insights_log_event_id_fkey on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('constraint ai_insights_log_execution_status_check on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('constraint ai_insights_log_pkey on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('constraint ai_insights_log_user_id_fkey on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('index public.idx_ai_insights_log_approved_by', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('index public.idx_ai_insights_log_created_at', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('index public.idx_ai_insights_log_event_id', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('index public.idx_ai_insights_log_status', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('index public.idx_ai_insights_log_user_id', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('policy suggestions_are_made_undecided_and_as_oneself on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('policy suggestions_are_read_by_their_organization on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('policy suggestions_are_updated_by_their_organization on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('row level security on public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('table public.ai_insights_log', 'ai_audit.0002_ai_insights_log', NULL, '2026-11-29 17:57:26.789459+00'),
	('trigger guard_suggestion on public.ai_insights_log', 'ai_audit.0003_lifecycle_guard', NULL, '2026-11-29 17:57:27.1943+00'),
	('trigger guard_suggestions_from_truncate on public.ai_insights_log', 'ai_audit.0003_lifecycle_guard', NULL, '2026-11-29 17:57:27.1943+00'),
	('constraint decision_history_pkey on backoffice.decision_history', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('constraint decision_history_suggestion_id_number_key on backoffice.decision_history', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('index backoffice.idx_decision_history_at', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('index backoffice.idx_decision_history_rejections', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('table backoffice.decision_history', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('trigger history_is_append_only on backoffice.decision_history', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('trigger history_is_never_emptied on backoffice.decision_history', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('trigger write_decision_history on public.ai_insights_log', 'ai_audit.0004_decision_history', NULL, '2026-11-29 17:57:27.208825+00'),
	('constraint one_suggestion_is_replaced_or_undone on backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('constraint suggestion_links_pkey on backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('constraint suggestion_links_replaces_key on backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('constraint suggestion_links_undoes_key on backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('table backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('trigger links_are_append_only on backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('trigger links_are_never_emptied on backoffice.suggestion_links', 'ai_audit.0007_suggestion_links', NULL, '2026-11-29 17:57:27.229582+00'),
	('group Viewer', 'ai_audit.0008_groups', NULL, '2026-11-29 17:57:27.246664+00'),
	('group Approver', 'ai_audit.0008_groups', NULL, '2026-11-29 17:57:27.246664+00'),
	('group Auditor', 'ai_audit.0008_groups', NULL, '2026-11-29 17:57:27.246664+00'),
	('constraint daily_figures_pkey on backoffice.daily_figures', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('constraint suggestion_index_pkey on backoffice.suggestion_index', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('index backoffice.idx_daily_figures_day', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('index backoffice.idx_stale_days_day', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('table backoffice.daily_figures', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('table backoffice.stale_days', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('table backoffice.suggestion_index', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('trigger index_changed_suggestions on public.ai_insights_log', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00'),
	('trigger index_new_suggestions on public.ai_insights_log', 'ai_audit.0009_suggestion_index', NULL, '2026-11-29 17:57:27.258914+00');
INSERT INTO backoffice.foundation_objects VALUES
	('function backoffice.count_again(uuid)', 'ai_audit.0020_acts_of_the_owner', NULL, '2026-11-29 17:57:27.346543+00'),
	('function backoffice.give_up(uuid,text)', 'ai_audit.0020_acts_of_the_owner', NULL, '2026-11-29 17:57:27.346543+00'),
	('function backoffice.kept_of_removal(uuid)', 'ai_audit.0020_acts_of_the_owner', NULL, '2026-11-29 17:57:27.346543+00'),
	('function backoffice.put_back(uuid,text,jsonb)', 'ai_audit.0020_acts_of_the_owner', NULL, '2026-11-29 17:57:27.346543+00');

INSERT INTO backoffice.scheduling_staffmember VALUES
	(1, '10a6b92a-fc16-4f24-8e61-20d338d4754c', 1, ''),
	(2, 'a860ee3e-66a3-437a-a224-d7f7b3f7d98a', 2, ''),
	(3, 'd97fb924-9607-4862-a709-8812373b08d2', 3, ''),
	(4, '879d2afb-bf6f-4946-bcd3-034ec641a90c', 4, '');

INSERT INTO backoffice.stale_days VALUES
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', '2026-11-29'),
	('38992189-b2be-454f-bd54-09c1e1618afe', '2026-11-29');

INSERT INTO backoffice.suggestion_index VALUES
	('00000000-0000-4000-8000-000000000001', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'executed', '2018-02-04 06:00:00+00', '2018-02-04 08:00:00+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2018-02-04 08:00:00+00', 7200, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''ההיסטוריה'':2 ''כהן'':4 ''מלפני'':1 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000002', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'rejected', '2018-02-04 06:00:00+00', '2018-02-04 08:00:00+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 7200, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, 'אין מקום', '''ההיסטוריה'':2 ''כהן'':4 ''מלפני'':1 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000003', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'failed', '2018-02-04 06:00:00+00', '2018-02-04 08:00:00+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2018-02-04 08:00:00+00', 7200, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, 'The room was taken.', '''ההיסטוריה'':2 ''כהן'':4 ''מלפני'':1 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000004', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'approved', '2018-02-04 06:00:00+00', '2018-02-04 07:00:00+00', NULL, NULL, 3600, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''ההיסטוריה'':2 ''כהן'':4 ''מלפני'':1 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000005', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2018-02-04 06:00:00+00', NULL, NULL, NULL, NULL, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''ההיסטוריה'':2 ''כהן'':4 ''מלפני'':1 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000020', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'executed', '2026-11-29 17:57:27.393383+00', '2026-11-29 17:57:27.407536+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.396929+00', 0, '2038-01-30 09:15:00+00', false, '{}', '{}', 'nothing', NULL, '''חדש'':1 ''כהן'':3 ''נועה'':2'),
	('00000000-0000-4000-8000-000000000021', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_update', 'executed', '2026-11-29 17:57:27.413674+00', '2026-11-29 17:57:27.420175+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.414805+00', 0, '2038-01-30 08:00:00+00', false, '{}', '{}', 'nothing', NULL, '''כהן'':5 ''מורחבת'':2 ''נועה'':4 ''סדנה'':1,3'),
	('00000000-0000-4000-8000-000000000022', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_delete', 'executed', '2026-11-29 17:57:27.425394+00', '2026-11-29 17:57:27.433798+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.426179+00', 0, '2038-01-30 07:00:00+00', false, '{}', '{}', 'nothing', NULL, '''בוקר'':2 ''כהן'':4 ''מפגש'':1 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000023', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_delete', 'executed', '2026-11-29 17:57:27.437907+00', '2026-11-29 17:57:27.445318+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.438595+00', 0, '2038-01-30 09:00:00+00', false, '{}', '{}', 'nothing', NULL, '''lecture'':1 ''כהן'':3 ''נועה'':2'),
	('db541411-d3db-4d4e-a4c6-9a1785e46e33', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'executed', '2026-11-29 17:57:27.451064+00', '2026-11-29 17:57:27.464288+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.451064+00', 0, '2038-01-30 09:00:00+00', false, '{}', '{}', 'nothing', NULL, '''lecture'':1 ''כהן'':3 ''נועה'':2'),
	('00000000-0000-4000-8000-000000000024', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'rejected', '2026-11-29 17:57:27.470679+00', '2026-11-29 17:57:27.477436+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 0, '2038-01-30 09:15:00+00', false, '{}', '{}', 'nothing', 'אין תקציב', '''בינה'':2 ''בשטח'':4 ''כהן'':6 ''מלאכותית'':3 ''נועה'':5 ''סדנה'':1'),
	('00000000-0000-4000-8000-000000000025', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'failed', '2026-11-29 17:57:27.47862+00', '2026-11-29 17:57:27.485741+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 0, '2038-01-30 16:15:00+00', false, '{}', '{room}', 'missed', 'החדר «…» תפוס על ידי «…» (30 ינו 2038, …).', '''בינה'':2 ''בשטח'':4 ''כהן'':6 ''מלאכותית'':3 ''נועה'':5 ''סדנה'':1'),
	('00000000-0000-4000-8000-000000000026', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'rejected', '2026-11-29 17:57:27.488512+00', '2026-11-29 17:57:27.497442+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 0, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, 'הוחלפה בהצעה ערוכה.', '''כהן'':3 ''לעריכה'':1 ''נועה'':2'),
	('acf42591-77dd-4baa-a75b-f6984dc1a33b', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'executed', '2026-11-29 17:57:27.489179+00', '2026-11-29 17:57:27.5022+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.489179+00', 0, '2038-01-30 09:15:00+00', false, '{}', '{}', 'nothing', NULL, '''כהן'':3 ''לעריכה'':1 ''נועה'':2'),
	('00000000-0000-4000-8000-000000000027', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'rejected', '2026-11-29 17:57:27.505264+00', '2026-11-29 17:57:27.518031+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 0, '2038-01-30 09:15:00+00', false, '{}', '{}', 'nothing', 'התחרטנו', '''כהן'':3 ''נועה'':2 ''נסוג'':1'),
	('00000000-0000-4000-8000-000000000030', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_create', 'approved', '2026-11-29 17:57:27.519016+00', '2026-11-29 17:57:27.525225+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 0, '2038-01-30 09:15:00+00', false, '{}', '{}', 'nothing', NULL, '''אחר'':1 ''כהן'':4 ''כך'':2 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000031', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'schedule_delete', 'approved', '2026-11-29 17:57:27.527003+00', '2026-11-29 17:57:27.532215+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 0, '2038-01-30 11:00:00+00', false, '{}', '{}', 'nothing', NULL, '''כהן'':3 ''נועה'':2 ''צהריים'':1'),
	('00000000-0000-4000-8000-000000000032', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', 'd97fb924-9607-4862-a709-8812373b08d2', 'schedule_create', 'approved', '2026-11-29 17:57:27.533164+00', '2026-11-29 17:57:27.539322+00', 'd97fb924-9607-4862-a709-8812373b08d2', NULL, 0, '2038-01-30 09:15:00+00', false, '{}', '{}', 'nothing', NULL, '''כהן'':3 ''נועה'':2 ''עזב'':1'),
	('00000000-0000-4000-8000-000000000033', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'approved', '2026-11-29 17:57:27.540501+00', '2026-11-29 17:57:27.541432+00', NULL, NULL, 0, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''איש'':2 ''בשם'':1 ''כהן'':4 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000010', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.541791+00', NULL, NULL, NULL, NULL, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''כהן'':3 ''ממתין'':1 ''נועה'':2'),
	('00000000-0000-4000-8000-000000000011', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.542481+00', NULL, NULL, NULL, NULL, '2038-01-30 16:15:00+00', false, '{}', NULL, NULL, NULL, '''בינה'':2 ''בשטח'':4 ''כהן'':6 ''מלאכותית'':3 ''נועה'':5 ''סדנה'':1'),
	('00000000-0000-4000-8000-000000000012', '3f21303a-2215-40f3-ba69-ebbdc46221ac', NULL, '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.543069+00', NULL, NULL, NULL, NULL, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''בינה'':2 ''בשטח'':4 ''כהן'':6 ''מלאכותית'':3 ''נועה'':5 ''סדנה'':1'),
	('00000000-0000-4000-8000-000000000013', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'other', 'suggested', '2026-11-29 17:57:27.54363+00', NULL, NULL, NULL, NULL, NULL, false, '{}', NULL, NULL, NULL, '''כהן'':2 ''נועה'':1'),
	('00000000-0000-4000-8000-000000000014', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.544239+00', NULL, NULL, NULL, NULL, NULL, false, '{}', NULL, NULL, NULL, '''כהן'':2 ''נועה'':1'),
	('00000000-0000-4000-8000-000000000015', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.544811+00', NULL, NULL, NULL, NULL, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''בינה'':2 ''בשטח'':4 ''כהן'':6 ''מלאכותית'':3 ''נועה'':5 ''סדנה'':1'),
	('00000000-0000-4000-8000-000000000016', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.545425+00', NULL, NULL, NULL, NULL, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''כהן'':3 ''לערוך'':1 ''נועה'':2'),
	('00000000-0000-4000-8000-000000000017', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_update', 'suggested', '2026-11-29 17:57:27.546731+00', NULL, NULL, NULL, NULL, '2038-01-30 10:00:00+00', false, '{}', NULL, NULL, NULL, '''כהן'':4 ''נועה'':3 ''פאנל'':1,2'),
	('00000000-0000-4000-8000-000000000018', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_delete', 'suggested', '2026-11-29 17:57:27.54794+00', NULL, NULL, NULL, NULL, '2038-01-30 16:00:00+00', false, '{}', NULL, NULL, NULL, '''גאלה'':2 ''כהן'':4 ''נועה'':3 ''ערב'':1'),
	('00000000-0000-4000-8000-000000000019', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_update', 'suggested', '2026-11-29 17:57:27.549109+00', NULL, NULL, NULL, NULL, '2038-01-30 13:00:00+00', false, '{}', NULL, NULL, NULL, '''one'':1,2 ''כהן'':4 ''נועה'':3'),
	('00000000-0000-4000-8000-000000000040', '3f21303a-2215-40f3-ba69-ebbdc46221ac', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_update', 'suggested', '2026-11-29 17:57:27.550362+00', NULL, NULL, NULL, NULL, '2038-01-30 13:00:00+00', false, '{}', NULL, NULL, NULL, '''other'':1,2 ''כהן'':4 ''נועה'':3'),
	('d09c0e30-ba17-40f5-9e68-e7a71dba713c', '38992189-b2be-454f-bd54-09c1e1618afe', '464478e8-99e5-4eef-bc75-f92c8ccf83f1', '879d2afb-bf6f-4946-bcd3-034ec641a90c', NULL, 'schedule_create', 'suggested', '2026-11-29 17:57:27.552072+00', NULL, NULL, NULL, NULL, '2038-01-30 09:15:00+00', false, '{}', NULL, NULL, NULL, '''katz'':6 ''omer'':5 ''בינה'':2 ''בשטח'':4 ''מלאכותית'':3 ''סדנה'':1');

INSERT INTO backoffice.suggestion_links VALUES
	('db541411-d3db-4d4e-a4c6-9a1785e46e33', NULL, '00000000-0000-4000-8000-000000000023', '2026-11-29 17:57:27.449108+00'),
	('acf42591-77dd-4baa-a75b-f6984dc1a33b', '00000000-0000-4000-8000-000000000026', NULL, '2026-11-29 17:57:27.489239+00');

INSERT INTO public.ai_insights_log VALUES
	('00000000-0000-4000-8000-000000000001', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "ישן", "title": "מלפני ההיסטוריה", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2018-02-04 06:00:00+00', '2018-02-04 07:00:00+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2018-02-04 08:00:00+00', 'executed', NULL, '2018-02-04 06:00:00+00'),
	('00000000-0000-4000-8000-000000000002', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "ישן", "title": "מלפני ההיסטוריה", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2018-02-04 06:00:00+00', NULL, NULL, NULL, 'rejected', NULL, '2018-02-04 06:00:00+00'),
	('00000000-0000-4000-8000-000000000003', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "ישן", "title": "מלפני ההיסטוריה", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2018-02-04 06:00:00+00', '2018-02-04 07:00:00+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2018-02-04 08:00:00+00', 'failed', 'The room was taken.', '2018-02-04 06:00:00+00'),
	('00000000-0000-4000-8000-000000000004', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "ישן", "title": "מלפני ההיסטוריה", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2018-02-04 06:00:00+00', '2018-02-04 07:00:00+00', NULL, NULL, 'approved', NULL, '2018-02-04 06:00:00+00'),
	('00000000-0000-4000-8000-000000000005', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "ישן", "title": "מלפני ההיסטוריה", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2018-02-04 06:00:00+00', NULL, NULL, NULL, 'suggested', NULL, '2018-02-04 06:00:00+00'),
	('00000000-0000-4000-8000-000000000020', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר N", "title": "חדש", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.393379+00', '2026-11-29 17:57:27.396929+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.396929+00', 'executed', NULL, '2026-11-29 17:57:27.393383+00'),
	('00000000-0000-4000-8000-000000000027', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר G", "title": "נסוג", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.505263+00', '2026-11-29 17:57:27.505939+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'rejected', NULL, '2026-11-29 17:57:27.505264+00'),
	('00000000-0000-4000-8000-000000000030', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר H", "title": "אחר כך", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.519014+00', '2026-11-29 17:57:27.519638+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'approved', NULL, '2026-11-29 17:57:27.519016+00'),
	('00000000-0000-4000-8000-000000000031', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_delete', '{"reason": "אין נרשמים.", "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000105", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000105", "room": "חדר אוכל", "title": "צהריים", "track": null, "end_time": "2038-01-30T12:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.388976+00:00", "sort_order": 0, "start_time": "2038-01-30T11:00:00+00:00", "updated_at": "2026-11-29T17:57:27.388976+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": null}', '2026-11-29 17:57:27.527001+00', '2026-11-29 17:57:27.527854+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'approved', NULL, '2026-11-29 17:57:27.527003+00'),
	('00000000-0000-4000-8000-000000000032', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר I", "title": "עזב", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.533162+00', '2026-11-29 17:57:27.533783+00', 'd97fb924-9607-4862-a709-8812373b08d2', NULL, 'approved', NULL, '2026-11-29 17:57:27.533164+00'),
	('00000000-0000-4000-8000-000000000033', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר J", "title": "בשם איש", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.540499+00', NULL, NULL, NULL, 'approved', NULL, '2026-11-29 17:57:27.540501+00'),
	('00000000-0000-4000-8000-000000000010', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר K", "title": "ממתין", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.541789+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.541791+00'),
	('00000000-0000-4000-8000-000000000011', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "אולם", "title": "סדנה: בינה מלאכותית בשטח", "end_time": "2038-01-30T18:45:00", "start_time": "2038-01-30T18:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.542479+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.542481+00'),
	('00000000-0000-4000-8000-000000000012', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר A", "title": "סדנה: בינה מלאכותית בשטח", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.543067+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.543069+00'),
	('00000000-0000-4000-8000-000000000013', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'participant_assign', '{"participant": "x", "schedule_id": null}', '2026-11-29 17:57:27.543629+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.54363+00'),
	('00000000-0000-4000-8000-000000000014', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"proposed_state": {"title": "<b>''\";--", "start_time": ["x"]}}', '2026-11-29 17:57:27.544237+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.544239+00'),
	('00000000-0000-4000-8000-000000000021', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_update', '{"changes": {"title": "סדנה מורחבת", "max_capacity": 60}, "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000102", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000102", "room": "חדר B", "title": "סדנה", "track": null, "end_time": "2038-01-30T09:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.38815+00:00", "sort_order": 0, "start_time": "2038-01-30T08:00:00+00:00", "updated_at": "2026-11-29T17:57:27.38815+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": {"id": "00000000-0000-4000-8000-000000000102", "room": "חדר B", "title": "סדנה מורחבת", "track": null, "end_time": "2038-01-30T09:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.38815+00:00", "sort_order": 0, "start_time": "2038-01-30T08:00:00+00:00", "updated_at": "2026-11-29T17:57:27.38815+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 60, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "conflicts_detected": null}', '2026-11-29 17:57:27.413672+00', '2026-11-29 17:57:27.414805+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.414805+00', 'executed', NULL, '2026-11-29 17:57:27.413674+00'),
	('00000000-0000-4000-8000-000000000022', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_delete', '{"reason": "אין נרשמים.", "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000100", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000100", "room": "חדר בוקר", "title": "מפגש בוקר", "track": null, "end_time": "2038-01-30T08:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.386943+00:00", "sort_order": 0, "start_time": "2038-01-30T07:00:00+00:00", "updated_at": "2026-11-29T17:57:27.392952+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 3, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": null}', '2026-11-29 17:57:27.425392+00', '2026-11-29 17:57:27.426179+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.426179+00', 'executed', NULL, '2026-11-29 17:57:27.425394+00'),
	('00000000-0000-4000-8000-000000000023', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_delete', '{"reason": "אין נרשמים.", "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000103", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000103", "room": "Room C", "title": "Lecture", "track": null, "end_time": "2038-01-30T10:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.388444+00:00", "sort_order": 0, "start_time": "2038-01-30T09:00:00+00:00", "updated_at": "2026-11-29T17:57:27.393213+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 1, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": null}', '2026-11-29 17:57:27.437905+00', '2026-11-29 17:57:27.438595+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.438595+00', 'executed', NULL, '2026-11-29 17:57:27.437907+00'),
	('db541411-d3db-4d4e-a4c6-9a1785e46e33', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "שחזור של מה שהיה לפני הביצוע ב־29 נוב 2026, ⁦19:57⁩. חוזר", "current_state": null, "proposed_state": {"room": "Room C", "title": "Lecture", "track": null, "end_time": "2038-01-30T10:00:00+00:00", "is_break": false, "location": null, "start_time": "2038-01-30T09:00:00+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "materials_url": null, "speaker_title": null}}', '2026-11-29 17:57:27.451064+00', '2026-11-29 17:57:27.451064+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.451064+00', 'executed', NULL, '2026-11-29 17:57:27.451064+00'),
	('00000000-0000-4000-8000-000000000024', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר A", "title": "סדנה: בינה מלאכותית בשטח", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.470677+00', NULL, NULL, NULL, 'rejected', NULL, '2026-11-29 17:57:27.470679+00'),
	('00000000-0000-4000-8000-000000000025', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "אולם", "title": "סדנה: בינה מלאכותית בשטח", "end_time": "2038-01-30T18:45:00", "start_time": "2038-01-30T18:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.478618+00', '2026-11-29 17:57:27.479306+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', NULL, 'failed', 'החדר «⁨אולם⁩» תפוס על ידי «⁨ערב גאלה⁩» (30 ינו 2038, ⁦18:00–19:00⁩).', '2026-11-29 17:57:27.47862+00'),
	('00000000-0000-4000-8000-000000000026', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר E", "title": "לעריכה", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.48851+00', NULL, NULL, NULL, 'rejected', NULL, '2026-11-29 17:57:27.488512+00'),
	('acf42591-77dd-4baa-a75b-f6984dc1a33b', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "נערכה לפני האישור על ידי נועה כהן.", "current_state": null, "proposed_state": {"room": "חדר F", "title": "לעריכה", "end_time": "2038-01-30T10:45:00+00:00", "start_time": "2038-01-30T09:15:00+00:00"}}', '2026-11-29 17:57:27.489179+00', '2026-11-29 17:57:27.489179+00', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '2026-11-29 17:57:27.489179+00', 'executed', NULL, '2026-11-29 17:57:27.489179+00'),
	('00000000-0000-4000-8000-000000000015', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר A", "title": "סדנה: בינה מלאכותית בשטח", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.544809+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.544811+00'),
	('00000000-0000-4000-8000-000000000016', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר L", "title": "לערוך", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.545423+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.545425+00'),
	('00000000-0000-4000-8000-000000000017', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_update', '{"changes": {"room": "חדר M"}, "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000104", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000104", "room": "חדר D", "title": "פאנל", "track": null, "end_time": "2038-01-30T11:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.388716+00:00", "sort_order": 0, "start_time": "2038-01-30T10:00:00+00:00", "updated_at": "2026-11-29T17:57:27.388716+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": {"id": "00000000-0000-4000-8000-000000000104", "room": "חדר M", "title": "פאנל", "track": null, "end_time": "2038-01-30T11:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.388716+00:00", "sort_order": 0, "start_time": "2038-01-30T10:00:00+00:00", "updated_at": "2026-11-29T17:57:27.388716+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "conflicts_detected": null}', '2026-11-29 17:57:27.546729+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.546731+00'),
	('00000000-0000-4000-8000-000000000018', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_delete', '{"reason": "אין נרשמים.", "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000101", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000101", "room": "אולם", "title": "ערב גאלה", "track": null, "end_time": "2038-01-30T17:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.387796+00:00", "sort_order": 0, "start_time": "2038-01-30T16:00:00+00:00", "updated_at": "2026-11-29T17:57:27.387796+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": null}', '2026-11-29 17:57:27.547938+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.54794+00'),
	('00000000-0000-4000-8000-000000000019', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_update', '{"changes": {"room": "Room Q"}, "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000106", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000106", "room": "Room P", "title": "One", "track": null, "end_time": "2038-01-30T14:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.389233+00:00", "sort_order": 0, "start_time": "2038-01-30T13:00:00+00:00", "updated_at": "2026-11-29T17:57:27.389233+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": {"id": "00000000-0000-4000-8000-000000000106", "room": "Room Q", "title": "One", "track": null, "end_time": "2038-01-30T14:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.389233+00:00", "sort_order": 0, "start_time": "2038-01-30T13:00:00+00:00", "updated_at": "2026-11-29T17:57:27.389233+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "conflicts_detected": null}', '2026-11-29 17:57:27.549107+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.549109+00'),
	('00000000-0000-4000-8000-000000000040', '10a6b92a-fc16-4f24-8e61-20d338d4754c', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'schedule_update', '{"changes": {"room": "Room P"}, "reasoning": "", "schedule_id": "00000000-0000-4000-8000-000000000107", "vip_affected": false, "current_state": {"id": "00000000-0000-4000-8000-000000000107", "room": "Room Q", "title": "Other", "track": null, "end_time": "2038-01-30T14:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.389464+00:00", "sort_order": 0, "start_time": "2038-01-30T13:00:00+00:00", "updated_at": "2026-11-29T17:57:27.389464+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "proposed_state": {"id": "00000000-0000-4000-8000-000000000107", "room": "Room P", "title": "Other", "track": null, "end_time": "2038-01-30T14:00:00+00:00", "event_id": "4fa04459-2892-4fa2-b0b0-e187d9b73ead", "is_break": false, "location": null, "created_at": "2026-11-29T17:57:27.389464+00:00", "sort_order": 0, "start_time": "2038-01-30T13:00:00+00:00", "updated_at": "2026-11-29T17:57:27.389464+00:00", "description": null, "speaker_bio": null, "track_color": null, "is_mandatory": false, "max_capacity": 40, "speaker_name": null, "current_count": 0, "materials_url": null, "send_reminder": true, "speaker_image": null, "speaker_title": null, "reminder_minutes_before": 15}, "conflicts_detected": null}', '2026-11-29 17:57:27.55036+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.550362+00'),
	('d09c0e30-ba17-40f5-9e68-e7a71dba713c', '879d2afb-bf6f-4946-bcd3-034ec641a90c', '464478e8-99e5-4eef-bc75-f92c8ccf83f1', 'schedule_create', '{"reasoning": "יש ביקוש רב לסדנה.", "vip_affected": false, "current_state": null, "proposed_state": {"room": "חדר A", "title": "סדנה: בינה מלאכותית בשטח", "end_time": "2038-01-30T12:45:00", "start_time": "2038-01-30T11:15:00"}, "conflicts_detected": {"room": [], "speaker": [], "capacity": null}}', '2026-11-29 17:57:27.55207+00', NULL, NULL, NULL, 'suggested', NULL, '2026-11-29 17:57:27.552072+00');

INSERT INTO public.events VALUES
	('4fa04459-2892-4fa2-b0b0-e187d9b73ead', '3f21303a-2215-40f3-ba69-ebbdc46221ac', NULL, 'כנס שנתי', NULL, 'draft', '2038-01-30 06:00:00+00', '2038-01-30 18:00:00+00', 'Asia/Jerusalem', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29 17:57:27.072554+00', '2026-11-29 17:57:27.072554+00'),
	('464478e8-99e5-4eef-bc75-f92c8ccf83f1', '38992189-b2be-454f-bd54-09c1e1618afe', NULL, 'Their day', NULL, 'draft', '2038-01-30 06:00:00+00', '2038-01-30 18:00:00+00', 'Asia/Jerusalem', NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29 17:57:27.551878+00', '2026-11-29 17:57:27.551878+00');

INSERT INTO public.organizations VALUES
	('3f21303a-2215-40f3-ba69-ebbdc46221ac', 'ארגון הכנסים', NULL, '{"language": "he"}', '2026-11-29 17:57:27.071715+00', '2026-11-29 17:57:27.072049+00'),
	('38992189-b2be-454f-bd54-09c1e1618afe', 'Elsewhere', NULL, '{"language": "en"}', '2026-11-29 17:57:27.083289+00', '2026-11-29 17:57:27.083391+00');

INSERT INTO public.participant_schedules VALUES
	('d80dc1cb-40cb-4779-b149-8114f6407bfd', 'e0a3cd69-cd1f-480f-9790-65759d8a16e6', '00000000-0000-4000-8000-000000000103', false, NULL, NULL, NULL, '2026-11-29 17:57:27.393213+00');

INSERT INTO public.participants VALUES
	('4caf7e58-c48e-422c-ab73-753d0cf45878', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'רות', 'לוי', DEFAULT, NULL, '050', 'invited', false, NULL, '2026-11-29 17:57:27.389747+00', '2026-11-29 17:57:27.389747+00'),
	('eac86397-fa3d-43ec-98d4-bd9065852655', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'Ann', 'לוי', DEFAULT, NULL, '050', 'invited', false, NULL, '2026-11-29 17:57:27.390325+00', '2026-11-29 17:57:27.390325+00'),
	('e0a3cd69-cd1f-480f-9790-65759d8a16e6', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'יוסי', 'לוי', DEFAULT, NULL, '050', 'invited', false, NULL, '2026-11-29 17:57:27.390551+00', '2026-11-29 17:57:27.390551+00');

INSERT INTO public.schedules VALUES
	('00000000-0000-4000-8000-000000000101', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'ערב גאלה', NULL, '2038-01-30 16:00:00+00', '2038-01-30 17:00:00+00', NULL, 'אולם', 40, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.387796+00', '2026-11-29 17:57:27.387796+00'),
	('00000000-0000-4000-8000-000000000104', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'פאנל', NULL, '2038-01-30 10:00:00+00', '2038-01-30 11:00:00+00', NULL, 'חדר D', 40, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.388716+00', '2026-11-29 17:57:27.388716+00'),
	('00000000-0000-4000-8000-000000000105', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'צהריים', NULL, '2038-01-30 11:00:00+00', '2038-01-30 12:00:00+00', NULL, 'חדר אוכל', 40, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.388976+00', '2026-11-29 17:57:27.388976+00'),
	('00000000-0000-4000-8000-000000000106', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'One', NULL, '2038-01-30 13:00:00+00', '2038-01-30 14:00:00+00', NULL, 'Room P', 40, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.389233+00', '2026-11-29 17:57:27.389233+00'),
	('00000000-0000-4000-8000-000000000107', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'Other', NULL, '2038-01-30 13:00:00+00', '2038-01-30 14:00:00+00', NULL, 'Room Q', 40, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.389464+00', '2026-11-29 17:57:27.389464+00'),
	('e87ca880-91c3-416f-b182-415c3287b847', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'חדש', NULL, '2038-01-30 09:15:00+00', '2038-01-30 10:45:00+00', NULL, 'חדר N', NULL, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.39702+00', '2026-11-29 17:57:27.39702+00'),
	('00000000-0000-4000-8000-000000000102', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'סדנה מורחבת', NULL, '2038-01-30 08:00:00+00', '2038-01-30 09:00:00+00', NULL, 'חדר B', 60, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.38815+00', '2026-11-29 17:57:27.414876+00'),
	('00000000-0000-4000-8000-000000000103', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'Lecture', NULL, '2038-01-30 09:00:00+00', '2038-01-30 10:00:00+00', NULL, 'Room C', 40, 1, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.388444+00', '2026-11-29 17:57:27.449108+00'),
	('7df10eb0-3cdc-42f8-933b-2dbacd6dfced', '4fa04459-2892-4fa2-b0b0-e187d9b73ead', 'לעריכה', NULL, '2038-01-30 09:15:00+00', '2038-01-30 10:45:00+00', NULL, 'חדר F', NULL, 0, false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 15, 0, '2026-11-29 17:57:27.489239+00', '2026-11-29 17:57:27.489239+00');

INSERT INTO public.user_profiles VALUES
	('10a6b92a-fc16-4f24-8e61-20d338d4754c', '3f21303a-2215-40f3-ba69-ebbdc46221ac', 'נועה כהן', NULL, 'noa@example.com', 'member', NULL, NULL, '2026-11-29 17:57:27.073306+00', '2026-11-29 17:57:27.073306+00'),
	('a860ee3e-66a3-437a-a224-d7f7b3f7d98a', '3f21303a-2215-40f3-ba69-ebbdc46221ac', 'Dana Levi', NULL, 'dana@example.com', 'member', NULL, NULL, '2026-11-29 17:57:27.078057+00', '2026-11-29 17:57:27.078057+00'),
	('879d2afb-bf6f-4946-bcd3-034ec641a90c', '38992189-b2be-454f-bd54-09c1e1618afe', 'Omer Katz', NULL, 'omer@example.com', 'member', NULL, NULL, '2026-11-29 17:57:27.083685+00', '2026-11-29 17:57:27.083685+00'),
	('d97fb924-9607-4862-a709-8812373b08d2', NULL, 'גל אדר', NULL, 'gal@example.com', 'member', NULL, NULL, '2026-11-29 17:57:27.080715+00', '2026-11-29 17:57:27.540326+00');

SELECT pg_catalog.setval('backoffice.auth_group_id_seq', 6, true);

SELECT pg_catalog.setval('backoffice.auth_group_permissions_id_seq', 42, true);

SELECT pg_catalog.setval('backoffice.auth_permission_id_seq', 66, true);

SELECT pg_catalog.setval('backoffice.auth_user_groups_id_seq', 2, true);

SELECT pg_catalog.setval('backoffice.auth_user_id_seq', 5, true);

SELECT pg_catalog.setval('backoffice.auth_user_user_permissions_id_seq', 32, true);

SELECT pg_catalog.setval('backoffice.axes_accessattempt_id_seq', 1, false);

SELECT pg_catalog.setval('backoffice.axes_accessfailurelog_id_seq', 1, false);

SELECT pg_catalog.setval('backoffice.axes_accesslog_id_seq', 1, false);

SELECT pg_catalog.setval('backoffice.decision_history_id_seq', 26, true);

SELECT pg_catalog.setval('backoffice.django_admin_log_id_seq', 15, true);

SELECT pg_catalog.setval('backoffice.django_content_type_id_seq', 23, true);

SELECT pg_catalog.setval('backoffice.django_migrations_id_seq', 60, true);

SELECT pg_catalog.setval('backoffice.otp_totp_totpdevice_id_seq', 1, false);

SELECT pg_catalog.setval('backoffice.scheduling_staffmember_id_seq', 4, true);

ALTER TABLE ONLY auth.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY backoffice.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY backoffice.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY backoffice.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);

ALTER TABLE ONLY backoffice.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);

ALTER TABLE ONLY backoffice.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);

ALTER TABLE ONLY backoffice.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);

ALTER TABLE ONLY backoffice.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);

ALTER TABLE ONLY backoffice.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.daily_figures
    ADD CONSTRAINT daily_figures_pkey PRIMARY KEY (organization_id, day, figure, key);

ALTER TABLE ONLY backoffice.decision_history
    ADD CONSTRAINT decision_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.decision_history
    ADD CONSTRAINT decision_history_suggestion_id_number_key UNIQUE (suggestion_id, number);

COMMENT ON CONSTRAINT decision_history_suggestion_id_number_key ON backoffice.decision_history IS 'One entry follows another. רשומה אחת באה אחרי אחרת.';

ALTER TABLE ONLY backoffice.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY backoffice.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY backoffice.foundation_objects
    ADD CONSTRAINT foundation_objects_pkey PRIMARY KEY (object);

ALTER TABLE ONLY backoffice.otp_totp_totpdevice
    ADD CONSTRAINT otp_totp_totpdevice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.scheduling_staffmember
    ADD CONSTRAINT scheduling_staffmember_pkey PRIMARY KEY (id);

ALTER TABLE ONLY backoffice.scheduling_staffmember
    ADD CONSTRAINT scheduling_staffmember_profile_id_key UNIQUE (profile_id);

ALTER TABLE ONLY backoffice.scheduling_staffmember
    ADD CONSTRAINT scheduling_staffmember_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY backoffice.suggestion_index
    ADD CONSTRAINT suggestion_index_pkey PRIMARY KEY (suggestion_id);

ALTER TABLE ONLY backoffice.suggestion_links
    ADD CONSTRAINT suggestion_links_pkey PRIMARY KEY (suggestion_id);

ALTER TABLE ONLY backoffice.suggestion_links
    ADD CONSTRAINT suggestion_links_replaces_key UNIQUE (replaces);

ALTER TABLE ONLY backoffice.suggestion_links
    ADD CONSTRAINT suggestion_links_undoes_key UNIQUE (undoes);

ALTER TABLE ONLY public.ai_insights_log
    ADD CONSTRAINT ai_insights_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT no_room_overlap EXCLUDE USING gist (event_id WITH =, room WITH =, tstzrange(start_time, end_time) WITH &&) WHERE ((room IS NOT NULL));

COMMENT ON CONSTRAINT no_room_overlap ON public.schedules IS 'A room holds one session of an event at a time. חדר מחזיק מפגש אחד של אירוע בכל רגע.';

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.participant_schedules
    ADD CONSTRAINT participant_schedules_participant_id_schedule_id_is_compani_key UNIQUE (participant_id, schedule_id, is_companion);

ALTER TABLE ONLY public.participant_schedules
    ADD CONSTRAINT participant_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.user_profiles
    ADD CONSTRAINT user_profiles_pkey PRIMARY KEY (id);

CREATE INDEX auth_group_name_a6ea08ec_like ON backoffice.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON backoffice.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON backoffice.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON backoffice.auth_permission USING btree (content_type_id);

CREATE INDEX auth_user_groups_group_id_97559544 ON backoffice.auth_user_groups USING btree (group_id);

CREATE INDEX auth_user_groups_user_id_6a12ed8b ON backoffice.auth_user_groups USING btree (user_id);

CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON backoffice.auth_user_user_permissions USING btree (permission_id);

CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON backoffice.auth_user_user_permissions USING btree (user_id);

CREATE INDEX auth_user_username_6821ab7c_like ON backoffice.auth_user USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accessattempt_ip_address_10922d9c ON backoffice.axes_accessattempt USING btree (ip_address);

CREATE INDEX axes_accessattempt_user_agent_ad89678b ON backoffice.axes_accessattempt USING btree (user_agent);

CREATE INDEX axes_accessattempt_user_agent_ad89678b_like ON backoffice.axes_accessattempt USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON backoffice.axes_accessattempt USING btree (username);

CREATE INDEX axes_accessattempt_username_3f2d4ca0_like ON backoffice.axes_accessattempt USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON backoffice.axes_accessfailurelog USING btree (ip_address);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON backoffice.axes_accessfailurelog USING btree (user_agent);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda_like ON backoffice.axes_accessfailurelog USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON backoffice.axes_accessfailurelog USING btree (username);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4_like ON backoffice.axes_accessfailurelog USING btree (username varchar_pattern_ops);

CREATE INDEX axes_accesslog_ip_address_86b417e5 ON backoffice.axes_accesslog USING btree (ip_address);

CREATE INDEX axes_accesslog_user_agent_0e659004 ON backoffice.axes_accesslog USING btree (user_agent);

CREATE INDEX axes_accesslog_user_agent_0e659004_like ON backoffice.axes_accesslog USING btree (user_agent varchar_pattern_ops);

CREATE INDEX axes_accesslog_username_df93064b ON backoffice.axes_accesslog USING btree (username);

CREATE INDEX axes_accesslog_username_df93064b_like ON backoffice.axes_accesslog USING btree (username varchar_pattern_ops);

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON backoffice.django_admin_log USING btree (content_type_id);

CREATE INDEX django_admin_log_user_id_c564eba6 ON backoffice.django_admin_log USING btree (user_id);

CREATE INDEX django_session_expire_date_a5c62663 ON backoffice.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON backoffice.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX idx_daily_figures_day ON backoffice.daily_figures USING btree (day);

COMMENT ON INDEX backoffice.idx_daily_figures_day IS 'For the insights of every organization. עבור התובנות של כל הארגונים.';

CREATE INDEX idx_decision_history_at ON backoffice.decision_history USING btree (at, id);

COMMENT ON INDEX backoffice.idx_decision_history_at IS 'For the closing digest of a period. עבור חתימת הסגירה של תקופה.';

CREATE INDEX idx_decision_history_rejections ON backoffice.decision_history USING btree (staff_member_id, id DESC) WHERE ((to_status = 'rejected'::text) AND (reason IS NOT NULL));

COMMENT ON INDEX backoffice.idx_decision_history_rejections IS 'For the reasons a staff member rejected with last. עבור סיבות הדחייה האחרונות של איש צוות.';

CREATE INDEX idx_stale_days_day ON backoffice.stale_days USING btree (day, organization_id);

COMMENT ON INDEX backoffice.idx_stale_days_day IS 'For the days of a period. עבור הימים של תקופה.';

CREATE INDEX idx_suggestion_index_action ON backoffice.suggestion_index USING btree (organization_id, action, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_action_all ON backoffice.suggestion_index USING btree (action, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_approver ON backoffice.suggestion_index USING btree (approver_id, suggested_at, suggestion_id) WHERE (approver_id IS NOT NULL);

CREATE INDEX idx_suggestion_index_claim ON backoffice.suggestion_index USING btree (organization_id, claim, suggested_at, suggestion_id) WHERE (claim IS NOT NULL);

CREATE INDEX idx_suggestion_index_claim_all ON backoffice.suggestion_index USING btree (claim, suggested_at, suggestion_id) WHERE (claim IS NOT NULL);

CREATE INDEX idx_suggestion_index_claimed_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{capacity}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{capacity}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_other ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{other}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_other_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{other}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{room}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{room}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE (claimed @> '{speaker}'::text[]);

CREATE INDEX idx_suggestion_index_claimed_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE (claimed @> '{speaker}'::text[]);

CREATE INDEX idx_suggestion_index_decided ON backoffice.suggestion_index USING btree (organization_id, decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

CREATE INDEX idx_suggestion_index_decided_all ON backoffice.suggestion_index USING btree (decided_at, suggestion_id) WHERE (decided_at IS NOT NULL);

CREATE INDEX idx_suggestion_index_event ON backoffice.suggestion_index USING btree (event_id, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_executed ON backoffice.suggestion_index USING btree (organization_id, executed_at, suggestion_id) WHERE (executed_at IS NOT NULL);

CREATE INDEX idx_suggestion_index_executed_all ON backoffice.suggestion_index USING btree (executed_at, suggestion_id) WHERE (executed_at IS NOT NULL);

CREATE INDEX idx_suggestion_index_missed_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((found @> '{capacity}'::text[]) AND (NOT (claimed @> '{capacity}'::text[])));

CREATE INDEX idx_suggestion_index_missed_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((found @> '{capacity}'::text[]) AND (NOT (claimed @> '{capacity}'::text[])));

CREATE INDEX idx_suggestion_index_missed_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((found @> '{room}'::text[]) AND (NOT (claimed @> '{room}'::text[])));

CREATE INDEX idx_suggestion_index_missed_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((found @> '{room}'::text[]) AND (NOT (claimed @> '{room}'::text[])));

CREATE INDEX idx_suggestion_index_missed_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((found @> '{speaker}'::text[]) AND (NOT (claimed @> '{speaker}'::text[])));

CREATE INDEX idx_suggestion_index_missed_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((found @> '{speaker}'::text[]) AND (NOT (claimed @> '{speaker}'::text[])));

CREATE INDEX idx_suggestion_index_reason ON backoffice.suggestion_index USING btree (organization_id, reason, suggested_at, suggestion_id) WHERE (reason IS NOT NULL);

CREATE INDEX idx_suggestion_index_reason_all ON backoffice.suggestion_index USING btree (reason, suggested_at, suggestion_id) WHERE (reason IS NOT NULL);

CREATE INDEX idx_suggestion_index_requester ON backoffice.suggestion_index USING btree (requester_id, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_right_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (found @> '{capacity}'::text[]));

CREATE INDEX idx_suggestion_index_right_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (found @> '{capacity}'::text[]));

CREATE INDEX idx_suggestion_index_right_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (found @> '{room}'::text[]));

CREATE INDEX idx_suggestion_index_right_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (found @> '{room}'::text[]));

CREATE INDEX idx_suggestion_index_right_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (found @> '{speaker}'::text[]));

CREATE INDEX idx_suggestion_index_right_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (found @> '{speaker}'::text[]));

CREATE INDEX idx_suggestion_index_status ON backoffice.suggestion_index USING btree (organization_id, status, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_status_all ON backoffice.suggestion_index USING btree (status, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_suggested ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_suggested_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id);

CREATE INDEX idx_suggestion_index_vip ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE vip;

CREATE INDEX idx_suggestion_index_vip_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE vip;

CREATE INDEX idx_suggestion_index_waited ON backoffice.suggestion_index USING btree (organization_id, waited, suggestion_id) WHERE (waited IS NOT NULL);

CREATE INDEX idx_suggestion_index_waited_all ON backoffice.suggestion_index USING btree (waited, suggestion_id) WHERE (waited IS NOT NULL);

CREATE INDEX idx_suggestion_index_words ON backoffice.suggestion_index USING gin (words);

CREATE INDEX idx_suggestion_index_wrong_capacity ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (NOT (found @> '{capacity}'::text[])));

CREATE INDEX idx_suggestion_index_wrong_capacity_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{capacity}'::text[]) AND (NOT (found @> '{capacity}'::text[])));

CREATE INDEX idx_suggestion_index_wrong_room ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (NOT (found @> '{room}'::text[])));

CREATE INDEX idx_suggestion_index_wrong_room_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{room}'::text[]) AND (NOT (found @> '{room}'::text[])));

CREATE INDEX idx_suggestion_index_wrong_speaker ON backoffice.suggestion_index USING btree (organization_id, suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (NOT (found @> '{speaker}'::text[])));

CREATE INDEX idx_suggestion_index_wrong_speaker_all ON backoffice.suggestion_index USING btree (suggested_at, suggestion_id) WHERE ((claimed @> '{speaker}'::text[]) AND (NOT (found @> '{speaker}'::text[])));

CREATE INDEX otp_totp_totpdevice_user_id_0fb18292 ON backoffice.otp_totp_totpdevice USING btree (user_id);

CREATE INDEX idx_ai_insights_log_approved_by ON public.ai_insights_log USING btree (approved_by);

COMMENT ON INDEX public.idx_ai_insights_log_approved_by IS 'By who approved. לפי מי שאישר.';

CREATE INDEX idx_ai_insights_log_created_at ON public.ai_insights_log USING btree (created_at DESC);

COMMENT ON INDEX public.idx_ai_insights_log_created_at IS 'Newest first. החדש קודם.';

CREATE INDEX idx_ai_insights_log_event_id ON public.ai_insights_log USING btree (event_id);

COMMENT ON INDEX public.idx_ai_insights_log_event_id IS 'An event''s suggestions. הצעות של אירוע.';

CREATE INDEX idx_ai_insights_log_status ON public.ai_insights_log USING btree (execution_status);

COMMENT ON INDEX public.idx_ai_insights_log_status IS 'The approval queue. תור האישור.';

CREATE INDEX idx_ai_insights_log_user_id ON public.ai_insights_log USING btree (user_id);

COMMENT ON INDEX public.idx_ai_insights_log_user_id IS 'By who asked. לפי מי שביקש.';

CREATE INDEX idx_events_organization_id ON public.events USING btree (organization_id);

CREATE INDEX idx_events_start_date ON public.events USING btree (start_date);

CREATE INDEX idx_events_status ON public.events USING btree (status);

CREATE INDEX idx_participants_event_id ON public.participants USING btree (event_id);

CREATE INDEX idx_participants_status ON public.participants USING btree (status);

CREATE INDEX idx_schedules_event_id ON public.schedules USING btree (event_id);

CREATE INDEX idx_schedules_speaker_time ON public.schedules USING btree (event_id, speaker_name, start_time, end_time) WHERE (speaker_name IS NOT NULL);

COMMENT ON INDEX public.idx_schedules_speaker_time IS 'For check_speaker_conflicts. עבור check_speaker_conflicts.';

CREATE INDEX idx_schedules_start_time ON public.schedules USING btree (start_time);

CREATE STATISTICS backoffice.suggestion_index_owners (dependencies) ON organization_id, event_id, requester_id, approver_id FROM backoffice.suggestion_index;

ALTER STATISTICS backoffice.suggestion_index_owners OWNER TO backoffice_owner;

COMMENT ON STATISTICS backoffice.suggestion_index_owners IS 'Tells the planner that an event or a person belongs to one organization. אומר למתכנן שאירוע ואדם שייכים לארגון אחד.';

CREATE TRIGGER history_is_append_only BEFORE DELETE OR UPDATE ON backoffice.decision_history FOR EACH ROW EXECUTE FUNCTION backoffice.refuse_to_change_history();

ALTER TABLE backoffice.decision_history ENABLE ALWAYS TRIGGER history_is_append_only;

COMMENT ON TRIGGER history_is_append_only ON backoffice.decision_history IS 'An entry stays as it was written. רשומה נשארת כפי שנכתבה.';

CREATE TRIGGER history_is_never_emptied BEFORE TRUNCATE ON backoffice.decision_history FOR EACH STATEMENT EXECUTE FUNCTION backoffice.refuse_to_change_history();

ALTER TABLE backoffice.decision_history ENABLE ALWAYS TRIGGER history_is_never_emptied;

COMMENT ON TRIGGER history_is_never_emptied ON backoffice.decision_history IS 'History is never emptied. ההיסטוריה לעולם אינה מרוקנת.';

CREATE TRIGGER links_are_append_only BEFORE DELETE OR UPDATE ON backoffice.suggestion_links FOR EACH ROW EXECUTE FUNCTION backoffice.refuse_to_change_history();

ALTER TABLE backoffice.suggestion_links ENABLE ALWAYS TRIGGER links_are_append_only;

COMMENT ON TRIGGER links_are_append_only ON backoffice.suggestion_links IS 'A link is history. קישור הוא היסטוריה.';

CREATE TRIGGER links_are_never_emptied BEFORE TRUNCATE ON backoffice.suggestion_links FOR EACH STATEMENT EXECUTE FUNCTION backoffice.refuse_to_change_history();

ALTER TABLE backoffice.suggestion_links ENABLE ALWAYS TRIGGER links_are_never_emptied;

COMMENT ON TRIGGER links_are_never_emptied ON backoffice.suggestion_links IS 'A link is history. קישור הוא היסטוריה.';

CREATE TRIGGER count_registrations AFTER INSERT OR DELETE ON public.participant_schedules FOR EACH ROW EXECUTE FUNCTION public.count_registrations();

CREATE TRIGGER guard_suggestion BEFORE INSERT OR DELETE OR UPDATE ON public.ai_insights_log FOR EACH ROW EXECUTE FUNCTION backoffice.guard_suggestion();

ALTER TABLE public.ai_insights_log ENABLE ALWAYS TRIGGER guard_suggestion;

COMMENT ON TRIGGER guard_suggestion ON public.ai_insights_log IS 'Only the lifecycle''s moves. רק המעברים של מחזור החיים.';

CREATE TRIGGER guard_suggestions_from_truncate BEFORE TRUNCATE ON public.ai_insights_log FOR EACH STATEMENT EXECUTE FUNCTION backoffice.guard_suggestion();

ALTER TABLE public.ai_insights_log ENABLE ALWAYS TRIGGER guard_suggestions_from_truncate;

COMMENT ON TRIGGER guard_suggestions_from_truncate ON public.ai_insights_log IS 'History is never emptied. ההיסטוריה לעולם אינה מרוקנת.';

CREATE TRIGGER index_changed_suggestions AFTER UPDATE ON public.ai_insights_log REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION backoffice.write_suggestion_index();

ALTER TABLE public.ai_insights_log ENABLE ALWAYS TRIGGER index_changed_suggestions;

COMMENT ON TRIGGER index_changed_suggestions ON public.ai_insights_log IS 'Lists read what stands. הרשימות קוראות את מה שעומד.';

CREATE TRIGGER index_new_suggestions AFTER INSERT ON public.ai_insights_log REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION backoffice.write_suggestion_index();

ALTER TABLE public.ai_insights_log ENABLE ALWAYS TRIGGER index_new_suggestions;

COMMENT ON TRIGGER index_new_suggestions ON public.ai_insights_log IS 'Lists read what stands. הרשימות קוראות את מה שעומד.';

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.participants FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.schedules FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.user_profiles FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER write_decision_history AFTER INSERT OR UPDATE ON public.ai_insights_log FOR EACH ROW EXECUTE FUNCTION backoffice.write_decision_history();

ALTER TABLE public.ai_insights_log ENABLE ALWAYS TRIGGER write_decision_history;

COMMENT ON TRIGGER write_decision_history ON public.ai_insights_log IS 'Every move becomes history. כל מעבר הופך להיסטוריה.';

ALTER TABLE ONLY backoffice.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES backoffice.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES backoffice.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES backoffice.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES backoffice.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES backoffice.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES backoffice.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES backoffice.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES backoffice.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES backoffice.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES backoffice.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.otp_totp_totpdevice
    ADD CONSTRAINT otp_totp_totpdevice_user_id_0fb18292_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES backoffice.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY backoffice.scheduling_staffmember
    ADD CONSTRAINT scheduling_staffmember_user_id_2fb44b65_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES backoffice.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ai_insights_log
    ADD CONSTRAINT ai_insights_log_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.user_profiles(id);

COMMENT ON CONSTRAINT ai_insights_log_approved_by_fkey ON public.ai_insights_log IS 'A person with history is not deleted from under it. אדם עם היסטוריה אינו נמחק מתחתיה.';

ALTER TABLE ONLY public.ai_insights_log
    ADD CONSTRAINT ai_insights_log_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);

COMMENT ON CONSTRAINT ai_insights_log_event_id_fkey ON public.ai_insights_log IS 'An event with history is not deleted from under it. אירוע עם היסטוריה אינו נמחק מתחתיה.';

ALTER TABLE ONLY public.ai_insights_log
    ADD CONSTRAINT ai_insights_log_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles(id);

COMMENT ON CONSTRAINT ai_insights_log_user_id_fkey ON public.ai_insights_log IS 'A person with history is not deleted from under it. אדם עם היסטוריה אינו נמחק מתחתיה.';

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.user_profiles(id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id);

ALTER TABLE ONLY public.participant_schedules
    ADD CONSTRAINT participant_schedules_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES public.participants(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.participant_schedules
    ADD CONSTRAINT participant_schedules_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES public.schedules(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_profiles
    ADD CONSTRAINT user_profiles_id_fkey FOREIGN KEY (id) REFERENCES auth.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_profiles
    ADD CONSTRAINT user_profiles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id);

ALTER TABLE public.ai_insights_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

CREATE POLICY events_own_organization ON public.events TO authenticated USING ((organization_id = auth.user_org_id())) WITH CHECK ((organization_id = auth.user_org_id()));

CREATE POLICY events_read_own_organization ON public.events FOR SELECT TO authenticated USING ((organization_id = auth.user_org_id()));

ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;

CREATE POLICY organizations_own ON public.organizations TO authenticated USING ((id = auth.user_org_id())) WITH CHECK ((id = auth.user_org_id()));

ALTER TABLE public.participant_schedules ENABLE ROW LEVEL SECURITY;

CREATE POLICY participant_schedules_own_organization ON public.participant_schedules TO authenticated USING ((EXISTS ( SELECT
   FROM (public.schedules
     JOIN public.events ON ((events.id = schedules.event_id)))
  WHERE ((schedules.id = participant_schedules.schedule_id) AND (events.organization_id = auth.user_org_id()))))) WITH CHECK ((EXISTS ( SELECT
   FROM (public.schedules
     JOIN public.events ON ((events.id = schedules.event_id)))
  WHERE ((schedules.id = participant_schedules.schedule_id) AND (events.organization_id = auth.user_org_id())))));

ALTER TABLE public.participants ENABLE ROW LEVEL SECURITY;

CREATE POLICY participants_own_organization ON public.participants TO authenticated USING ((EXISTS ( SELECT
   FROM public.events
  WHERE ((events.id = participants.event_id) AND (events.organization_id = auth.user_org_id()))))) WITH CHECK ((EXISTS ( SELECT
   FROM public.events
  WHERE ((events.id = participants.event_id) AND (events.organization_id = auth.user_org_id())))));

ALTER TABLE public.schedules ENABLE ROW LEVEL SECURITY;

CREATE POLICY schedules_own_organization ON public.schedules TO authenticated USING ((EXISTS ( SELECT
   FROM public.events
  WHERE ((events.id = schedules.event_id) AND (events.organization_id = auth.user_org_id()))))) WITH CHECK ((EXISTS ( SELECT
   FROM public.events
  WHERE ((events.id = schedules.event_id) AND (events.organization_id = auth.user_org_id())))));

CREATE POLICY schedules_read_own_organization ON public.schedules FOR SELECT TO authenticated USING ((EXISTS ( SELECT
   FROM public.events
  WHERE ((events.id = schedules.event_id) AND (events.organization_id = auth.user_org_id())))));

CREATE POLICY suggestions_are_made_undecided_and_as_oneself ON public.ai_insights_log FOR INSERT TO authenticated WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND ((event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))))) AND (execution_status = 'suggested'::text) AND (approved_at IS NULL) AND (approved_by IS NULL) AND (executed_at IS NULL) AND (execution_error IS NULL)));

COMMENT ON POLICY suggestions_are_made_undecided_and_as_oneself ON public.ai_insights_log IS 'Nobody suggests for another or decides by suggesting. איש אינו מציע בשם אחר או מחליט תוך כדי הצעה.';

CREATE POLICY suggestions_are_read_by_their_organization ON public.ai_insights_log FOR SELECT TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))))));

COMMENT ON POLICY suggestions_are_read_by_their_organization ON public.ai_insights_log IS 'One''s own, and one''s organization''s. שלי, ושל הארגון שלי.';

CREATE POLICY suggestions_are_updated_by_their_organization ON public.ai_insights_log FOR UPDATE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id)))))))) WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) OR (event_id = ANY (ARRAY( SELECT e.id
   FROM public.events e
  WHERE (e.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))) OR ((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id
   FROM public.user_profiles p
  WHERE (p.organization_id = ( SELECT auth.user_org_id() AS user_org_id))))))));

COMMENT ON POLICY suggestions_are_updated_by_their_organization ON public.ai_insights_log IS 'A suggestion stays inside its organization. הצעה נשארת בתוך הארגון שלה.';

ALTER TABLE public.user_profiles ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_profiles_own_organization ON public.user_profiles TO authenticated USING ((organization_id = auth.user_org_id())) WITH CHECK ((organization_id = auth.user_org_id()));

CREATE POLICY user_profiles_own_row ON public.user_profiles FOR SELECT TO authenticated USING ((id = auth.uid()));

CREATE POLICY web_login_locks ON public.ai_insights_log FOR UPDATE TO backoffice_web USING (true) WITH CHECK (false);

COMMENT ON POLICY web_login_locks ON public.ai_insights_log IS 'It locks rows before deciding. הוא נועל שורות לפני שמחליטים.';

CREATE POLICY web_login_locks ON public.schedules FOR UPDATE TO backoffice_web USING (true) WITH CHECK (false);

COMMENT ON POLICY web_login_locks ON public.schedules IS 'It locks rows before deciding. הוא נועל שורות לפני שמחליטים.';

CREATE POLICY web_login_reads ON public.ai_insights_log FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.ai_insights_log IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_reads ON public.events FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.events IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_reads ON public.organizations FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.organizations IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_reads ON public.participant_schedules FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.participant_schedules IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_reads ON public.participants FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.participants IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_reads ON public.schedules FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.schedules IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_reads ON public.user_profiles FOR SELECT TO backoffice_web USING (true);

COMMENT ON POLICY web_login_reads ON public.user_profiles IS 'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.';

CREATE POLICY web_login_writes_nothing ON public.ai_insights_log AS RESTRICTIVE FOR UPDATE TO backoffice_web USING (true) WITH CHECK (false);

COMMENT ON POLICY web_login_writes_nothing ON public.ai_insights_log IS 'Whatever another policy allows. גם אם מדיניות אחרת מתירה.';

CREATE POLICY web_login_writes_nothing ON public.schedules AS RESTRICTIVE FOR UPDATE TO backoffice_web USING (true) WITH CHECK (false);

COMMENT ON POLICY web_login_writes_nothing ON public.schedules IS 'Whatever another policy allows. גם אם מדיניות אחרת מתירה.';

GRANT USAGE ON SCHEMA auth TO anon;
GRANT USAGE ON SCHEMA auth TO authenticated;
GRANT USAGE ON SCHEMA auth TO service_role;
GRANT USAGE ON SCHEMA auth TO backoffice_owner;

GRANT USAGE ON SCHEMA backoffice TO backoffice_web;

GRANT USAGE ON SCHEMA extensions TO anon;
GRANT USAGE ON SCHEMA extensions TO authenticated;
GRANT USAGE ON SCHEMA extensions TO service_role;
GRANT ALL ON SCHEMA extensions TO backoffice_owner;

GRANT USAGE ON SCHEMA public TO anon;
GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;
GRANT ALL ON SCHEMA public TO backoffice_owner;

REVOKE ALL ON FUNCTION backoffice.claimed_kinds(detected jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.claimed_kinds(detected jsonb) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.count_again(undone uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.count_again(undone uuid) TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.daily_figures TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.count_figures(organization uuid, of_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.count_figures(organization uuid, of_day date) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.day_of(moment timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.day_of(moment timestamp with time zone) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.forget_suggestions(ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.forget_suggestions(ids uuid[]) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.give_up(suggestion uuid, error text) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.give_up(suggestion uuid, error text) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.guard_suggestion() FROM PUBLIC;

GRANT SELECT ON TABLE backoffice.decision_history TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.history_hash(entry backoffice.decision_history) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.history_hash(entry backoffice.decision_history) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.history_text(entry backoffice.decision_history) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.history_text(entry backoffice.decision_history) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.index_suggestions(ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.index_suggestions(ids uuid[]) TO backoffice_web;

GRANT SELECT ON TABLE backoffice.suggestion_index TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.indexed(ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.indexed(ids uuid[]) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.kept_of_removal(undone uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.kept_of_removal(undone uuid) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.moment(written text, zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.moment(written text, zone text) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.put_back(undone uuid, relation text, entries jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.put_back(undone uuid, relation text, entries jsonb) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.refresh_figures(at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.refresh_figures(at_most integer) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.refuse_to_change_history() FROM PUBLIC;

REVOKE ALL ON FUNCTION backoffice.tables_below_sessions() FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.tables_below_sessions() TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.taken_along(session_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.taken_along(session_id uuid) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.unnamed(sentence text) FROM PUBLIC;
GRANT ALL ON FUNCTION backoffice.unnamed(sentence text) TO backoffice_web;

REVOKE ALL ON FUNCTION backoffice.write_decision_history() FROM PUBLIC;

REVOKE ALL ON FUNCTION backoffice.write_suggestion_index() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid) TO service_role;
GRANT ALL ON FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid) TO backoffice_web;

GRANT ALL ON FUNCTION public.count_registrations() TO anon;
GRANT ALL ON FUNCTION public.count_registrations() TO authenticated;
GRANT ALL ON FUNCTION public.count_registrations() TO service_role;

GRANT ALL ON FUNCTION public.set_updated_at() TO anon;
GRANT ALL ON FUNCTION public.set_updated_at() TO authenticated;
GRANT ALL ON FUNCTION public.set_updated_at() TO service_role;

GRANT SELECT,INSERT,REFERENCES,DELETE,UPDATE ON TABLE auth.users TO backoffice_owner;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.auth_group TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.auth_group_permissions TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.auth_permission TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.auth_user TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.auth_user_groups TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.auth_user_user_permissions TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.axes_accessattempt TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.axes_accessattemptexpiration TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.axes_accessfailurelog TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.axes_accesslog TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.django_admin_log TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.django_content_type TO backoffice_web;

GRANT SELECT ON TABLE backoffice.django_migrations TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.django_session TO backoffice_web;

GRANT SELECT ON TABLE backoffice.foundation_objects TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.otp_totp_totpdevice TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.scheduling_staffmember TO backoffice_web;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE backoffice.stale_days TO backoffice_web;

GRANT SELECT,INSERT ON TABLE backoffice.suggestion_links TO backoffice_web;

GRANT SELECT,INSERT ON TABLE public.ai_insights_log TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.ai_insights_log TO service_role;
GRANT SELECT ON TABLE public.ai_insights_log TO backoffice_web;

GRANT UPDATE(id) ON TABLE public.ai_insights_log TO backoffice_web;

GRANT UPDATE(approved_at) ON TABLE public.ai_insights_log TO authenticated;

GRANT UPDATE(approved_by) ON TABLE public.ai_insights_log TO authenticated;

GRANT UPDATE(executed_at) ON TABLE public.ai_insights_log TO authenticated;

GRANT UPDATE(execution_status) ON TABLE public.ai_insights_log TO authenticated;

GRANT UPDATE(execution_error) ON TABLE public.ai_insights_log TO authenticated;

GRANT ALL ON TABLE public.events TO anon;
GRANT ALL ON TABLE public.events TO authenticated;
GRANT ALL ON TABLE public.events TO service_role;
GRANT SELECT ON TABLE public.events TO backoffice_web;

GRANT ALL ON TABLE public.organizations TO anon;
GRANT ALL ON TABLE public.organizations TO authenticated;
GRANT ALL ON TABLE public.organizations TO service_role;
GRANT SELECT ON TABLE public.organizations TO backoffice_web;

GRANT ALL ON TABLE public.participant_schedules TO anon;
GRANT ALL ON TABLE public.participant_schedules TO authenticated;
GRANT ALL ON TABLE public.participant_schedules TO service_role;
GRANT SELECT ON TABLE public.participant_schedules TO backoffice_web;

GRANT ALL ON TABLE public.participants TO anon;
GRANT ALL ON TABLE public.participants TO authenticated;
GRANT ALL ON TABLE public.participants TO service_role;
GRANT SELECT ON TABLE public.participants TO backoffice_web;

GRANT ALL ON TABLE public.schedules TO anon;
GRANT ALL ON TABLE public.schedules TO authenticated;
GRANT ALL ON TABLE public.schedules TO service_role;
GRANT SELECT ON TABLE public.schedules TO backoffice_web;

GRANT UPDATE(id) ON TABLE public.schedules TO backoffice_web;

GRANT ALL ON TABLE public.user_profiles TO anon;
GRANT ALL ON TABLE public.user_profiles TO authenticated;
GRANT ALL ON TABLE public.user_profiles TO service_role;
GRANT SELECT ON TABLE public.user_profiles TO backoffice_web;

ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA backoffice GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO backoffice_web;

ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON SEQUENCES TO backoffice_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON SEQUENCES TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON SEQUENCES TO authenticated;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON SEQUENCES TO service_role;

ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO backoffice_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO authenticated;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON FUNCTIONS TO service_role;

ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON TABLES TO backoffice_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON TABLES TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON TABLES TO authenticated;
ALTER DEFAULT PRIVILEGES FOR ROLE backoffice_owner IN SCHEMA public GRANT ALL ON TABLES TO service_role;

