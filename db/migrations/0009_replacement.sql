-- Papers that took the place of an earlier one of their certificate, which is
-- superseded since. Every paper has a place of its own in the status lists: the
-- first that of its certificate, later ones new_list and new_index; the place
-- of the paper before, old_list and old_index, is revoked for good. old_holder
-- is what that paper said, sealed.

-- +goose Up
CREATE TABLE replacement (
    new_paper   TEXT PRIMARY KEY REFERENCES print (paper),
    old_paper   TEXT NOT NULL UNIQUE REFERENCES print (paper),
    certificate TEXT NOT NULL REFERENCES certificate (number),
    new_version INTEGER NOT NULL CHECK (new_version > 1),
    old_holder  BYTEA,
    new_list    INTEGER,
    new_index   INTEGER,
    old_list    INTEGER,
    old_index   INTEGER,
    UNIQUE (certificate, new_version),
    UNIQUE (new_list, new_index),
    UNIQUE (old_list, old_index),
    CHECK (new_paper <> old_paper)
);

-- Papers printed again before had the place of the first one and said the same:
-- what is NULL is as with the paper after them. Every event of a certificate
-- that the log tells made one version of it.
WITH papers AS (
    SELECT certificate, paper,
        LAG(paper) OVER (PARTITION BY certificate ORDER BY printed_at, paper) AS before,
        ROW_NUMBER() OVER (PARTITION BY certificate ORDER BY printed_at, paper) - 1 AS n
    FROM print
), events AS (
    SELECT certificate, event, ROW_NUMBER() OVER (PARTITION BY certificate ORDER BY idx) AS version
    FROM log_entry
), reissues AS (
    SELECT certificate, version, ROW_NUMBER() OVER (PARTITION BY certificate ORDER BY version) AS n
    FROM events
    WHERE event = 'certificate-reissued'
)
INSERT INTO replacement (new_paper, old_paper, certificate, new_version)
SELECT p.paper, p.before, p.certificate, r.version
FROM papers p
JOIN reissues r ON r.certificate = p.certificate AND r.n = p.n
WHERE p.n > 0;

-- The version of the person whose name and document a correction prints.
ALTER TABLE status_change ADD COLUMN person_version INTEGER NOT NULL DEFAULT 0;
