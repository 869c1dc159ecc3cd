create table distributed_lock (
	lock_key varchar(510) not null primary key,
	owner varchar(255) not null,
	node varchar(510) not null,
	fencing_token bigint not null,
	acquired_at bigint not null,
	expires_at bigint not null,
	region varchar(20) default 'north'
);
