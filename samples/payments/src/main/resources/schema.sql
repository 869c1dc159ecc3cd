create table if not exists payment (
  id bigint primary key,
  amount decimal(12, 2) not null,
  status varchar(20) not null
);

-- One row per capture. Nothing here forbids a second row for a payment: only the lock does.
create table if not exists capture (
  payment_id bigint not null,
  amount decimal(12, 2) not null,
  node varchar(100) not null,
  captured_at timestamp(3) with time zone not null,
  settled_with bigint
);

-- One row per settlement run. Nothing here forbids a second run of a tick either.
create table if not exists settlement (
  tick timestamp(0) with time zone not null,
  node varchar(100) not null,
  fencing_token bigint not null,
  captures int not null
);
