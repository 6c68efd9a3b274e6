-- אינדוקס חוזר של מה שייתכן שמתחיל ברגע אחר מכפי שנרשם, אצווה אחת: ההגדרה eventflow.after אומרת
-- מאיפה, ואחריה היא אומרת מאיפה להמשיך. ריקה כשהכול נעשה. הרצה חוזרת משלימה.
-- Indexing anew what may start at another moment than was noted, one batch of it: the setting
-- `eventflow.after` says from where, and afterwards from where to go on; empty where all is done. Run
-- again, it completes. Which these are, the narrow index and the events tell; no content is read of
-- the rest: what starts at no moment that was understood, what is of an event whose zone is written
-- otherwise than it is called, and what starts within a day after the clocks were changed.
do $do$
declare
  ids uuid[];
  last uuid;
  after constant uuid := coalesce(
    nullif(current_setting('eventflow.after', true), ''), '00000000-0000-0000-0000-000000000000'
  );
begin
  select
    array_agg(batch.suggestion_id order by batch.suggestion_id) filter (
      where case
        when batch.requested_start is null then true
        when backoffice.moment('2026-01-01T12:00', e.timezone) is null then true
        when backoffice.zone_name(e.timezone)
          <> lower(coalesce(nullif(btrim(e.timezone), ''), 'Asia/Jerusalem') collate "C")
          and e.timezone is not null
          and btrim(e.timezone) <> '' then true
        else (batch.requested_start at time zone backoffice.zone_name(e.timezone))
          - ((batch.requested_start - interval '25 hours')
            at time zone backoffice.zone_name(e.timezone)) <> interval '25 hours'
      end
    ),
    (array_agg(batch.suggestion_id order by batch.suggestion_id desc))[1]
  into ids, last
  from (
    select i.suggestion_id, i.event_id, i.requested_start
    from backoffice.suggestion_index as i
    where i.suggestion_id > after
    order by i.suggestion_id
    limit 5000
  ) as batch
  left join public.events as e
    on e.id = batch.event_id;
  if last is null then
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
