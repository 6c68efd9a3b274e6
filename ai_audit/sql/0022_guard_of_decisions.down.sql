-- הסרה: מה שהיה קודם חוזר
-- Removal: what stood before comes back
do $$
declare
  made record;
begin
  for made in
    select replaced
    from backoffice.foundation_objects
    where migration = 'ai_audit.0022_guard_of_decisions'
    and replaced is not null
  loop
    execute made.replaced;
  end loop;
end
$$;
