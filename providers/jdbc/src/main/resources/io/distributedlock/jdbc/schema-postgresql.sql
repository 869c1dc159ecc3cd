-- Times are epoch microseconds of the database's clock. A row stays when its lock is released.
create table if not exists distributed_lock (
	lock_key varchar(255) collate "C" not null primary key,
	owner varchar(255) not null,
	node varchar(255) not null,
	fencing_token bigint not null,
	acquired_at bigint not null,
	expires_at bigint not null
) with (fillfactor = 50);

-- The nodes that wait, in order. Unlogged, as a crash may empty it: nodes that wait ask again.
create unlogged table if not exists distributed_lock_waiter (
	lock_key varchar(255) collate "C" not null,
	node varchar(255) not null,
	channel varchar(63) not null,
	queued_at bigint not null,
	asked_at bigint not null,
	woken_at bigint not null,
	primary key (lock_key, node)
);
