create table if not exists greeting (id int primary key, text varchar(100));
delete from greeting;
insert into greeting values (1, 'Hello, World!');
