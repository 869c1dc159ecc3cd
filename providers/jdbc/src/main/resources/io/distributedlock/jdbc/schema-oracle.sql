-- Times are epoch microseconds of the database's clock. A row stays when its lock is released.
-- Written for Oracle 19c or newer and never run on a real one: only its syntax was checked, with H2.
-- Fails if the table exists: run it once, best in a migration. To have it run at each start, set
-- distributed-lock.jdbc.continue-on-error=true besides distributed-lock.jdbc.initialize-schema=always.
create table distributed_lock (
	lock_key raw(1020) not null primary key, -- 255 code points in UTF-8, shown by utl_raw.cast_to_varchar2(lock_key)
	owner varchar2(255 char) not null,
	node varchar2(255 char) not null,
	fencing_token number(19) not null,
	acquired_at number(19) not null,
	expires_at number(19) not null
);
