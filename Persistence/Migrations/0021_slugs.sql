-- The names of streams, playlists and podcasts in addresses. Former ones stay with what they named until that is deleted.
create table slugs (
    noun       text    not null check (noun in ('stream', 'playlist', 'podcast')),
    slug       text    not null,
    id         uuid    not null,
    is_current boolean not null,
    primary key (noun, slug)
);
create unique index slugs_current on slugs (noun, id) where is_current;
create index slugs_by_id on slugs (noun, id);

-- What exists gets the slug that it would get today (SlugRules), the oldest first.
do $$
declare
    thing  record;
    base   text;
    wanted text;
    number int;
begin
    for thing in
        select 'stream' as noun, stream_id as id, name as title, created_at from streams
        union all select 'playlist', playlist_id, title, created_at from playlists
        union all select 'podcast', podcast_id, title, created_at from podcasts
        order by created_at, id
    loop
        base := regexp_replace(normalize(thing.title, nfkd), '[\u0300-\u036f]', '', 'g');
        base := regexp_replace(regexp_replace(regexp_replace(regexp_replace(base, '[ßẞ]', 'ss', 'g'), '[æÆ]', 'ae', 'g'), '[œŒ]', 'oe', 'g'), '[þÞ]', 'th', 'g');
        base := translate(base, 'øØðÐđĐłŁħĦıŧŦŋŊ''’', 'ooddddllhhittnn');
        base := trim(both '-' from left(trim(both '-' from regexp_replace(lower(base), '[^a-z0-9]+', '-', 'g')), 60));
        if base = '' then
            base := substr(md5(random()::text), 1, 8);
        elsif base in ('all', 'api', 'edit', 'feed', 'import', 'list', 'me', 'new', 'search')
            or base ~ '^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$' then
            base := base || '-1';
        end if;
        wanted := base;
        number := 1;
        while exists (select from slugs where noun = thing.noun and slug = wanted) loop
            number := number + 1;
            wanted := rtrim(left(base, 60 - length('-' || number)), '-') || '-' || number;
        end loop;
        insert into slugs (noun, slug, id, is_current) values (thing.noun, wanted, thing.id, true);
    end loop;
end $$;

update grain_state g set state = jsonb_set(g.state, '{slug}', to_jsonb(s.slug))
from slugs s where s.noun in ('stream', 'playlist') and g.grain_type = s.noun and g.state_name = s.noun and g.grain_key = s.noun || '/' || s.id;
update grain_state g set state = jsonb_set(g.state, '{fields,slug}', to_jsonb(s.slug))
from slugs s where s.noun = 'podcast' and g.grain_type = 'podcast' and g.state_name = 'podcast' and g.grain_key = 'podcast/' || s.id;
