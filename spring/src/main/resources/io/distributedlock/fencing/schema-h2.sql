-- The highest fencing token of each resource. Times and tokens are epoch microseconds of the database's clock.
create table if not exists distributed_lock_fence (
	resource varchar(510) not null primary key, -- 255 code points; H2 counts UTF-16 units
	fencing_token bigint not null,
	checked_at bigint not null
);
