-- The highest fencing token of each resource. Times and tokens are epoch microseconds of the database's clock.
create table if not exists distributed_lock_fence (
	resource varchar(255) not null primary key,
	fencing_token bigint not null,
	checked_at bigint not null
) engine = InnoDB character set utf8mb4 collate utf8mb4_0900_bin;
