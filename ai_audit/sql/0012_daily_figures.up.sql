-- סיכום הימים שסומנו, אצווה אחת: ההגדרה eventflow.after ריקה כשלא נשאר יום. הרצה חוזרת משלימה.
-- Adding up the marked days, one batch of them: the setting `eventflow.after` is empty where no day
-- was left. Run again, it completes. Whoever else is at it is waited for.
do $do$
declare
  days bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('backoffice.daily_figures', 0));
  days := backoffice.refresh_figures(500);
  if days = 0 then
    analyze backoffice.daily_figures;
    analyze backoffice.stale_days;
  end if;
  perform set_config('eventflow.after', coalesce(nullif(days, 0)::text, ''), false);
end
$do$;
