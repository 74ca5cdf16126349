-- name: traces_by_start
SELECT trace_id, min(start_time) AS started, count(*) AS revision, min(start_time) AS matched
FROM segments
WHERE received <= $visible AND trace_id IN (
    SELECT trace_id FROM segments WHERE start_time BETWEEN $start AND $finish AND received <= $visible)
GROUP BY trace_id
HAVING min(start_time) >= $start AND (min(start_time), trace_id) < ($before, $before_id)
ORDER BY started DESC, trace_id DESC LIMIT $most

-- name: traces_by_update
SELECT trace_id, min(start_time) AS started, count(*) AS revision,
    max(received) FILTER (received BETWEEN $start AND $finish) AS matched
FROM segments
WHERE received <= $visible AND trace_id IN (
    SELECT trace_id FROM segments WHERE received BETWEEN $start AND $finish AND received <= $visible)
GROUP BY trace_id
HAVING (min(start_time), trace_id) < ($before, $before_id)
ORDER BY started DESC, trace_id DESC LIMIT $most

-- name: traces_by_end
SELECT trace_id, min(start_time) AS started, count(*) AS revision,
    max(end_time) FILTER (end_time BETWEEN $start AND $finish AND NOT in_progress) AS matched
FROM segments
WHERE received <= $visible AND trace_id IN (
    SELECT trace_id FROM segments
    WHERE end_time BETWEEN $start AND $finish AND NOT in_progress AND received <= $visible)
GROUP BY trace_id
HAVING (min(start_time), trace_id) < ($before, $before_id)
ORDER BY started DESC, trace_id DESC LIMIT $most

-- name: revisions
SELECT floor(started / $seconds)::BIGINT AS slot, sum(documents)::BIGINT, max(newest)
FROM (
    SELECT trace_id, min(start_time) AS started, count(*) AS documents, max(seq) AS newest
    FROM segments
    WHERE received <= $visible AND trace_id IN (
        SELECT trace_id FROM segments WHERE start_time BETWEEN $start AND $finish AND received <= $visible)
    GROUP BY trace_id
    HAVING min(start_time) >= $start)
GROUP BY slot
ORDER BY slot

-- name: places
SELECT trace_id, block, place FROM segments
WHERE received <= $visible AND trace_id IN (SELECT unnest($ids::VARCHAR[]))
QUALIFY row_number() OVER (PARTITION BY trace_id ORDER BY seq) <= $most
ORDER BY seq

-- name: bodies
SELECT block, body FROM blocks WHERE block IN (SELECT unnest($blocks::BIGINT[]))

-- name: insert_segments
INSERT INTO segments SELECT * FROM arriving

-- name: insert_block
INSERT INTO blocks VALUES (?, ?, ?, ?)

-- name: last_numbers
SELECT coalesce((SELECT max(seq) FROM segments), 0), coalesce((SELECT max(block) FROM blocks), 0)

-- name: last_block_before
SELECT max(block) FROM blocks WHERE received < $time

-- name: last_block_beyond
SELECT max(block) FROM (SELECT block, sum(weight) OVER (ORDER BY block DESC) AS weight_since FROM blocks)
WHERE weight_since > $weight

-- name: forget_segments
DELETE FROM segments WHERE block <= $block

-- name: forget_blocks
DELETE FROM blocks WHERE block <= $block

-- name: size
SELECT count(*), coalesce(sum(weight), 0)::BIGINT FROM blocks

-- name: count
SELECT count(*), count(DISTINCT trace_id) FROM segments

-- name: sampling_rules
SELECT document FROM sampling_rules ORDER BY name

-- name: insert_rule
INSERT INTO sampling_rules VALUES ($name, $document)

-- name: forget_rule
DELETE FROM sampling_rules WHERE name = $name
