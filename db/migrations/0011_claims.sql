-- People who applied without an account are who they say they are from the day
-- a centre has seen their document. Until then the row is a claim: its
-- document_index is made from its identifier, so that it stands in nobody's way
-- and nobody finds it by the document.

-- +goose Up
ALTER TABLE person ADD COLUMN claimed BOOLEAN NOT NULL DEFAULT FALSE;
