-- Amendments of confirmed results. The result stays as it was confirmed; what
-- counts is the amendment in effect with the highest version. Scores are in
-- hundredths of a point.

-- +goose Up
CREATE TABLE amendment (
    id          TEXT PRIMARY KEY,
    result      TEXT NOT NULL REFERENCES result (id),
    kind        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    mark        TEXT NOT NULL,
    raw         INTEGER NOT NULL,
    deduction   INTEGER NOT NULL,
    final       INTEGER NOT NULL,
    state       TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  TIMESTAMPTZ,
    answer      TEXT NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 1),
    CHECK (decided_by <> proposed_by),
    CHECK (state = 'proposed' OR decided_by <> '')
);
CREATE INDEX amendment_result ON amendment (result);
CREATE UNIQUE INDEX amendment_proposed ON amendment (result) WHERE state = 'proposed';
CREATE UNIQUE INDEX amendment_effective ON amendment (result, version) WHERE state = 'effective';

-- The amendment by which a result passed that a certificate rests on.
ALTER TABLE result_use ADD COLUMN amendment TEXT REFERENCES amendment (id);
