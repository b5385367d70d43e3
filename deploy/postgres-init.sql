-- 每个服务一个角色、一个数据库，互不可见 / one role and one database per service, closed to the others.
-- Run once by the image when the data directory is new; the passwords come from the container's environment.
\set ON_ERROR_STOP on
\getenv approval SHENGUAN_APPROVAL_PASSWORD
\getenv supervision SHENGUAN_SUPERVISION_PASSWORD
\getenv credit SHENGUAN_CREDIT_PASSWORD

CREATE ROLE shenguan_approval LOGIN PASSWORD :'approval';
CREATE ROLE shenguan_supervision LOGIN PASSWORD :'supervision';
CREATE ROLE shenguan_credit LOGIN PASSWORD :'credit';

CREATE DATABASE shenguan_approval OWNER shenguan_approval;
CREATE DATABASE shenguan_supervision OWNER shenguan_supervision;
CREATE DATABASE shenguan_credit OWNER shenguan_credit;

REVOKE ALL ON DATABASE shenguan_approval, shenguan_supervision, shenguan_credit FROM PUBLIC;
