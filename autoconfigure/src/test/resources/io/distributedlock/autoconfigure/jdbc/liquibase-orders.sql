--liquibase formatted sql

--changeset test:create-order-table
create table orders (id bigint not null primary key);
