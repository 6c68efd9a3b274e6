-- הסרה
-- Removal
drop index concurrently if exists backoffice.idx_suggestion_index_unreadable;
drop index concurrently if exists backoffice.idx_suggestion_index_unreadable_all;
drop index concurrently if exists backoffice.idx_suggestion_index_own;
drop index concurrently if exists backoffice.idx_suggestion_index_own_all;
drop index concurrently if exists backoffice.idx_suggestion_index_reason_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_reason_decided_all;
drop index concurrently if exists backoffice.idx_suggestion_index_vip_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_vip_decided_all;
drop index concurrently if exists backoffice.idx_suggestion_index_action_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_action_decided_all;
drop index concurrently if exists backoffice.idx_suggestion_index_status_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_status_decided_all;
drop index concurrently if exists backoffice.idx_suggestion_index_requester_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_event_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_decider_decided;
drop index concurrently if exists backoffice.idx_suggestion_index_decider;
