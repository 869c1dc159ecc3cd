-- Times are epoch microseconds of the database's clock. A row stays when its lock is released.
create table if not exists distributed_lock (
	lock_key varchar(255) not null primary key,
	owner varchar(255) not null,
	node varchar(255) not null,
	fencing_token bigint not null,
	acquired_at bigint not null,
	expires_at bigint not null
) engine = InnoDB character set utf8mb4 collate utf8mb4_0900_bin;
