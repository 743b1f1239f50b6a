-- What is wrong with a file that can be heard all the same, as that it was cut off.
alter table uploads add column warning text;
