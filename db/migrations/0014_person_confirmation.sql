-- A person who was admitted is corrected by two people: corrected_by is the
-- subjects (JSON) who corrected the record since another one confirmed it.

-- +goose Up
ALTER TABLE person ADD COLUMN corrected_by TEXT NOT NULL DEFAULT '[]';
