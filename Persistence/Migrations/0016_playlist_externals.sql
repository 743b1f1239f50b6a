-- Which external addresses playlists use: who fetches an address finds them here.
create table playlist_externals (
    playlist_id  uuid not null references playlists on delete cascade,
    external_key text not null,
    primary key (external_key, playlist_id)
);
create index playlist_externals_by_playlist on playlist_externals (playlist_id);

insert into playlist_externals (playlist_id, external_key)
select distinct p.playlist_id, 'outside/' || encode(sha256(convert_to(track ->> 'url', 'UTF8')), 'hex')
from grain_state s
join playlists p on s.grain_key = 'playlist/' || p.playlist_id
cross join jsonb_array_elements(s.state -> 'tracks') as track
where s.grain_type = 'playlist' and s.state_name = 'playlist' and track ->> 'url' is not null;
