-- One row a document that arrived, in the order of arrival; the documents themselves stand compressed in blocks.
CREATE TABLE IF NOT EXISTS serinus_store (version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS segments (
    seq BIGINT NOT NULL, block BIGINT NOT NULL, place INTEGER NOT NULL, received DOUBLE NOT NULL,
    trace_id VARCHAR NOT NULL, id VARCHAR NOT NULL, parent_id VARCHAR, name VARCHAR NOT NULL,
    type VARCHAR, namespace VARCHAR, origin VARCHAR,
    start_time DOUBLE NOT NULL, end_time DOUBLE NOT NULL, in_progress BOOLEAN NOT NULL,
    fault BOOLEAN NOT NULL, throttle BOOLEAN NOT NULL, error BOOLEAN NOT NULL,
    http_status INTEGER NOT NULL, http_method VARCHAR, http_url VARCHAR,
    "user" VARCHAR, service_version VARCHAR, annotations VARCHAR
);
CREATE TABLE IF NOT EXISTS blocks (
    block BIGINT NOT NULL, received DOUBLE NOT NULL, weight BIGINT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS sampling_rules (name VARCHAR NOT NULL, document VARCHAR NOT NULL);
