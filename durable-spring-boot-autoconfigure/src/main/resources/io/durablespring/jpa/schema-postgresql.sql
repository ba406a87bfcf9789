-- Tables of durable-spring for PostgreSQL. Repeatable: creates what is missing.

CREATE TABLE IF NOT EXISTS durable_instance (
  hub           VARCHAR(100) NOT NULL,
  id            VARCHAR(256) NOT NULL,
  kind          VARCHAR(20)  NOT NULL,
  name          VARCHAR(256) NOT NULL,
  version       VARCHAR(100),
  status        VARCHAR(20)  NOT NULL,
  execution_id  VARCHAR(100) NOT NULL,
  row_version   BIGINT       NOT NULL,
  input         TEXT,
  output        TEXT,
  failure       TEXT,
  custom_status TEXT,
  tags          TEXT,
  parent_id     VARCHAR(256),
  created_at    TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  started_at    TIMESTAMP(6) WITH TIME ZONE,
  updated_at    TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  completed_at  TIMESTAMP(6) WITH TIME ZONE,
  parent_execution_id VARCHAR(100),
  parent_task_id      INTEGER,
  CONSTRAINT durable_instance_pk PRIMARY KEY (hub, id)
);

-- For tables of the first version.
ALTER TABLE durable_instance ADD COLUMN IF NOT EXISTS parent_execution_id VARCHAR(100);
ALTER TABLE durable_instance ADD COLUMN IF NOT EXISTS parent_task_id INTEGER;

-- For pages; for counts and rare statuses; for children. None begins with hub: of a table that was never analyzed,
-- databases would take such an index for as good as the primary key.
CREATE INDEX IF NOT EXISTS durable_instance_by_created ON durable_instance (created_at, id, hub);
CREATE INDEX IF NOT EXISTS durable_instance_by_status ON durable_instance (status, name, hub);
CREATE INDEX IF NOT EXISTS durable_instance_by_parent ON durable_instance (parent_id, hub) WHERE parent_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS durable_history (
  hub             VARCHAR(100) NOT NULL,
  instance_id     VARCHAR(256) NOT NULL,
  execution_id    VARCHAR(100) NOT NULL,
  sequence_number INTEGER      NOT NULL,
  event_type      VARCHAR(100) NOT NULL,
  event_time      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  task_id         INTEGER,
  payload         TEXT         NOT NULL,
  CONSTRAINT durable_history_pk PRIMARY KEY (hub, instance_id, execution_id, sequence_number)
);

CREATE TABLE IF NOT EXISTS durable_outbox (
  hub           VARCHAR(100) NOT NULL,
  id            VARCHAR(100) NOT NULL,
  due_at        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  claimed_until TIMESTAMP(6) WITH TIME ZONE,
  messages      TEXT         NOT NULL,
  CONSTRAINT durable_outbox_pk PRIMARY KEY (hub, id)
);

CREATE INDEX IF NOT EXISTS durable_outbox_by_due ON durable_outbox (due_at, hub);

CREATE TABLE IF NOT EXISTS durable_inbox (
  hub         VARCHAR(100) NOT NULL,
  message_id  VARCHAR(400) NOT NULL,
  received_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CONSTRAINT durable_inbox_pk PRIMARY KEY (hub, message_id)
);

CREATE INDEX IF NOT EXISTS durable_inbox_by_received ON durable_inbox (received_at, hub);

CREATE TABLE IF NOT EXISTS durable_payload (
  hub         VARCHAR(100) NOT NULL,
  id          VARCHAR(128) NOT NULL,
  instance_id VARCHAR(256) NOT NULL,
  holder      VARCHAR(200) NOT NULL,
  content     TEXT         NOT NULL,
  created_at  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CONSTRAINT durable_payload_pk PRIMARY KEY (hub, id, instance_id, holder)
);

CREATE INDEX IF NOT EXISTS durable_payload_by_instance ON durable_payload (instance_id, hub, holder);
