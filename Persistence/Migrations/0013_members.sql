-- Between those that everybody may hear and those for the invited: for whoever has an account.
alter table streams drop constraint streams_visibility_check;
alter table streams add constraint streams_visibility_check check (visibility in ('public', 'members', 'private'));
alter table playlists drop constraint playlists_visibility_check;
alter table playlists add constraint playlists_visibility_check check (visibility in ('public', 'members', 'private'));
