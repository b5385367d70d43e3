-- 每个服务一个数据库，属主建表迁移，服务用自己的角色，互不可见 / one database per service: its owner migrates it, the
-- service works under a role of its own; closed to all others.
-- Run once by the image when the data directory is new; the passwords come from the container's environment.
\set ON_ERROR_STOP on
\getenv approval SHENGUAN_APPROVAL_PASSWORD
\getenv approval_owner SHENGUAN_APPROVAL_OWNER_PASSWORD
\getenv supervision SHENGUAN_SUPERVISION_PASSWORD
\getenv supervision_owner SHENGUAN_SUPERVISION_OWNER_PASSWORD
\getenv credit SHENGUAN_CREDIT_PASSWORD
\getenv credit_owner SHENGUAN_CREDIT_OWNER_PASSWORD
\getenv console SHENGUAN_CONSOLE_PASSWORD
\getenv console_owner SHENGUAN_CONSOLE_OWNER_PASSWORD

CREATE ROLE shenguan_approval LOGIN PASSWORD :'approval';
CREATE ROLE shenguan_approval_owner LOGIN PASSWORD :'approval_owner';
CREATE ROLE shenguan_supervision LOGIN PASSWORD :'supervision';
CREATE ROLE shenguan_supervision_owner LOGIN PASSWORD :'supervision_owner';
CREATE ROLE shenguan_credit LOGIN PASSWORD :'credit';
CREATE ROLE shenguan_credit_owner LOGIN PASSWORD :'credit_owner';
CREATE ROLE shenguan_console LOGIN PASSWORD :'console';
CREATE ROLE shenguan_console_owner LOGIN PASSWORD :'console_owner';

CREATE DATABASE shenguan_approval OWNER shenguan_approval_owner;
CREATE DATABASE shenguan_supervision OWNER shenguan_supervision_owner;
CREATE DATABASE shenguan_credit OWNER shenguan_credit_owner;
CREATE DATABASE shenguan_console OWNER shenguan_console_owner;

REVOKE ALL ON DATABASE shenguan_approval, shenguan_supervision, shenguan_credit, shenguan_console FROM PUBLIC;
GRANT CONNECT ON DATABASE shenguan_approval TO shenguan_approval;
GRANT CONNECT ON DATABASE shenguan_supervision TO shenguan_supervision;
GRANT CONNECT ON DATABASE shenguan_credit TO shenguan_credit;
GRANT CONNECT ON DATABASE shenguan_console TO shenguan_console;
