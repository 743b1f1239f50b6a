-- tus concatenation: partial uploads become one final upload, and each of them only once.
alter table uploads add column joined_into uuid;
comment on column uploads.joined_into is 'The final upload that has taken this partial one''s bytes; from then on they count there.';
