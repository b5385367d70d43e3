-- 每个服务一个数据库，属主建表迁移，服务用自己的角色，互不可见 / one database per service: its owner migrates it, the
-- service works under a role of its own; closed to all others.
-- Run once by the image when the data directory is new; the passwords are files (deploy/new-secrets).
\set ON_ERROR_STOP on
\set approval `cat /run/secrets/approval`
\set approval_owner `cat /run/secrets/approval_owner`
\set supervision `cat /run/secrets/supervision`
\set supervision_owner `cat /run/secrets/supervision_owner`
\set credit `cat /run/secrets/credit`
\set credit_owner `cat /run/secrets/credit_owner`
\set console `cat /run/secrets/console`
\set console_owner `cat /run/secrets/console_owner`

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
