-- מילוי האינדקס, אצווה אחת: ההגדרה eventflow.after אומרת מאיפה, ואחריה היא אומרת מאיפה להמשיך.
-- ריקה כשהכול נעשה. הרצה חוזרת משלימה.
-- Filling the index, one batch of it: the setting `eventflow.after` says from where, and afterwards
-- from where to go on; empty where all is done. Run again, it completes. What comes meanwhile the
-- trigger has indexed already.
do $do$
declare
  ids uuid[];
  after constant uuid := coalesce(
    nullif(current_setting('eventflow.after', true), ''), '00000000-0000-0000-0000-000000000000'
  );
begin
  -- מה שיש באחד מהשניים: ייתכן ששורה איבדה את ההצעה שלה, ביד
  -- What is in either: a row may have lost its suggestion, by hand
  ids := array(
    select known.id
    from (
      (select l.id from public.ai_insights_log as l where l.id > after order by l.id limit 5000)
      union
      (
        select i.suggestion_id
        from backoffice.suggestion_index as i
        where i.suggestion_id > after
        order by i.suggestion_id
        limit 5000
      )
    ) as known (id)
    order by known.id
    limit 5000
  );
  if ids = '{}' then
    analyze backoffice.suggestion_index;
    perform set_config('eventflow.after', '', false);
    return;
  end if;
  -- מחכים למי שעובד על אחת מהן, כדי שהפקודה הבאה תראה את מה שעשה
  -- Whoever was at one of them is waited for, so that the next statement sees it
  perform
  from public.ai_insights_log as l
  where l.id = any (ids)
  order by l.id
  for share;
  perform backoffice.index_suggestions(ids);
  perform backoffice.forget_suggestions(ids);
  perform set_config('eventflow.after', ids[cardinality(ids)]::text, false);
end
$do$;
