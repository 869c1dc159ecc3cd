-- Times are epoch microseconds of the database's clock. A row stays when its lock is released.
-- Written for SQL Server 2017 or newer and never run on a real one: only its syntax was checked, with H2.
if object_id(N'distributed_lock', N'U') is null
create table distributed_lock (
	lock_key varbinary(1020) not null primary key nonclustered, -- 255 code points in UTF-8, shown by cast(lock_key as varchar(1020))
	owner nvarchar(255) not null,
	node nvarchar(510) not null,
	fencing_token bigint not null,
	acquired_at bigint not null,
	expires_at bigint not null
);
