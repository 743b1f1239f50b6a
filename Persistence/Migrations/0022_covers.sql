-- The covers of nouns, for lists: their pictures are objects of the store.
alter table streams add column cover_version uuid, add column cover_pixels int;
alter table playlists add column cover_version uuid, add column cover_pixels int;
alter table podcasts add column cover_version uuid, add column cover_pixels int;
alter table uploads add column cover_version uuid, add column cover_pixels int;
