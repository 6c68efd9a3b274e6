-- מחיקת כל מה שנכתב בהצעה אחת ובהחלטות עליה, לפי דרישה של אדם; מה הוחלט, מתי ועל ידי מי נשאר
-- Erases all that was written in one suggestion and in the decisions on it, at a person's request;
-- what was decided, when and by whom stays. Run it as the owner of the tables, with the suggestion's
-- id in place of the zeros, and keep beside the request that and when you did: it makes the chain of
-- this suggestion anew, so closing digests of the days of its decisions are others from then on.
begin;

set local lock_timeout = '3s';
alter table public.ai_insights_log disable trigger guard_suggestion;
alter table backoffice.decision_history disable trigger history_is_append_only;
alter table backoffice.suggestion_acts disable trigger acts_are_append_only;

do $$
declare
  erased constant uuid := '00000000-0000-0000-0000-000000000000';
  entry backoffice.decision_history;
  previous text;
  written text;
begin
  -- Lists of the queue that somebody saved: those whose name or search is of words that all stand in it
  select public.name_key(left(s.action_data::text, 8000))
  into written
  from public.ai_insights_log as s
  where s.id = erased;
  delete from backoffice.ai_audit_savedlist as l
  where exists (
    select
    from (values (l.name), (l.words)) as told (words)
    where told.words <> ''
    and not exists (
      select
      from regexp_split_to_table(told.words, '\s+') as word
      where strpos(written, public.name_key(word)) = 0
    )
  );

  update public.ai_insights_log as s
  set
    action_data = '{}',
    execution_error = case when s.execution_error is not null then 'erased' end
  where s.id = erased;
  if not found then
    raise exception 'There is no suggestion %. Nothing was changed.', erased;
  end if;

  for entry in
    select h.*
    from backoffice.decision_history as h
    where h.suggestion_id = erased
    order by h.number
  loop
    entry.reason := case when entry.reason is not null then 'erased' end;
    -- What the back office itself said may name people and places. Where nothing else stands, nobody
    -- looked: an empty list would say that nothing was found
    if jsonb_typeof(entry.seen) = 'array' and entry.seen <> '[]' then
      entry.seen := (
        select jsonb_agg(seen.element order by seen.n)
        from jsonb_array_elements(entry.seen) with ordinality as seen (element, n)
        where not seen.element ? 'said'
      );
    end if;
    entry.before := null;
    entry.after := null;
    entry.removed := null;
    -- When and by whom it was approved and carried out, and why it failed
    if entry.state::jsonb ->> 3 is not null then
      entry.state := jsonb_set(entry.state::jsonb, '{3}', '"erased"')::text;
    end if;
    entry.previous_hash := previous;
    entry.hash := backoffice.history_hash(entry);
    previous := entry.hash;
    update backoffice.decision_history as h
    set
      reason = entry.reason,
      seen = entry.seen,
      before = entry.before,
      after = entry.after,
      removed = entry.removed,
      state = entry.state,
      previous_hash = entry.previous_hash,
      hash = entry.hash
    where h.id = entry.id;
  end loop;

  -- What people said of it beside, of whatever kind; that they did, when, and who stays
  update backoffice.suggestion_acts as a
  set said = 'erased'
  where a.suggestion_id = erased
  and a.said is not null;

  -- What a mail server answered to mails about it; what they said is not kept
  update backoffice.notification_mails as m
  set error = 'erased'
  where m.error is not null
  and exists (
    select
    from backoffice.notifications as n
    where n.mail_id = m.id
    and n.suggestion_id = erased
  );

  -- What lists and figures read of it, and of those that took its place: they keep what the AI said
  -- of it
  perform backoffice.index_suggestions(array(
    with recursive concerned (id) as (
      select erased
      union
      select l.suggestion_id
      from concerned as c
      join backoffice.suggestion_links as l
        on l.replaces = c.id
    )
    select c.id
    from concerned as c
  ));
  perform backoffice.refresh_figures(1000000);

  update backoffice.django_admin_log
  set object_repr = erased::text, change_message = ''
  where object_id = erased::text;
end
$$;

alter table backoffice.suggestion_acts enable always trigger acts_are_append_only;
alter table backoffice.decision_history enable always trigger history_is_append_only;
alter table public.ai_insights_log enable always trigger guard_suggestion;

commit;
