-- אינדקוס חוזר של מה שהאינדקס מספר עליו אחרת, אצווה אחת: ההגדרה eventflow.after אומרת מאיפה, ואחריה
-- היא אומרת מאיפה להמשיך. ריקה כשהכול נעשה. הרצה חוזרת משלימה.
-- Indexing anew what the index tells otherwise of, one batch of it: the setting `eventflow.after` says
-- from where, and afterwards from where to go on; empty where all is done. Run again, it completes.
-- Which these are, the narrow index and the links tell: where the AI's claim was called right without
-- one, or was put to a test that it could not pass, and what took the place of another one. The days
-- of what counts apart from now on are counted anew, too.
do $do$
declare
  ids uuid[];
  last uuid;
  after constant uuid := coalesce(
    nullif(current_setting('eventflow.after', true), ''), '00000000-0000-0000-0000-000000000000'
  );
begin
  with batch as (
    select
      i.suggestion_id, i.organization_id, i.suggested_at, i.action, i.claim,
      exists (
        select
        from backoffice.suggestion_links as k
        where k.suggestion_id = i.suggestion_id
      ) as linked,
      exists (
        select
        from backoffice.made_by_hand as m
        where m.suggestion_id = i.suggestion_id
      ) as by_hand
    from backoffice.suggestion_index as i
    where i.suggestion_id > after
    order by i.suggestion_id
    limit 5000
  ),
  marked as (
    insert into backoffice.stale_days (organization_id, day)
    select distinct b.organization_id, backoffice.day_of(b.suggested_at)
    from batch as b
    where b.linked
    or b.by_hand
    or b.action = 'other'
  )
  select
    array_agg(b.suggestion_id order by b.suggestion_id) filter (
      where b.linked
      or b.claim in ('nothing', 'wrong')
      or b.claim = 'right' and b.action not in ('schedule_create', 'schedule_update')
    ),
    (array_agg(b.suggestion_id order by b.suggestion_id desc))[1]
  into ids, last
  from batch as b;
  if last is null then
    analyze backoffice.suggestion_index;
    perform set_config('eventflow.after', '', false);
    return;
  end if;
  if ids is not null then
    -- מחכים למי שעובד על אחת מהן, כדי שהפקודה הבאה תראה את מה שעשה
    -- Whoever was at one of them is waited for, so that the next statement sees it
    perform
    from public.ai_insights_log as l
    where l.id = any (ids)
    order by l.id
    for share;
    perform backoffice.index_suggestions(ids);
  end if;
  perform set_config('eventflow.after', last::text, false);
end
$do$;
