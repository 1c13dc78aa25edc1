-- The entries of the queue. Times are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS rapid_entry (
  id UUID PRIMARY KEY,
  lane VARCHAR NOT NULL,
  function_name VARCHAR NOT NULL,
  request_id VARCHAR NOT NULL,
  attributes VARCHAR NOT NULL,
  payload rapid_bytes NOT NULL,
  payload_bytes INTEGER NOT NULL,
  accepted BIGINT NOT NULL,
  due BIGINT,
  state VARCHAR NOT NULL,
  claim INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  throttles INTEGER NOT NULL,
  node VARCHAR,
  given_up_for VARCHAR,
  reason VARCHAR
);

-- Finds what is due in a lane: queued, waiting for a retry, or with a lease that has ended. Dead entries have no due time.
CREATE INDEX IF NOT EXISTS rapid_entry_due ON rapid_entry (lane, due, id);
