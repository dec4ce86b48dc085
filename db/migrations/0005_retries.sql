-- Results kept for retries expire, see registry.RetryFor.

-- +goose Up
CREATE INDEX idempotency_saved ON idempotency (saved_at);
