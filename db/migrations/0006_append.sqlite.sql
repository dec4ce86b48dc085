-- A log without entries has a head as well (RFC 6962 §2.1: the hash of nothing),
-- so that there is always a row to lock.

-- +goose Up
INSERT INTO log_head (id, size, root)
VALUES (1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
ON CONFLICT (id) DO NOTHING;
