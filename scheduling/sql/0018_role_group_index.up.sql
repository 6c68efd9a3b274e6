-- אינדקס למפתח הזר; הטבלה קטנה, ואיש אינו ממתין לבנייתו
-- An index for the foreign key; the table is small, and nobody waits while it is built
do $$
begin
  create index if not exists scheduling_staffmember_role_group_id
    on backoffice.scheduling_staffmember (role_group_id);
end
$$;
