-- Photos of people. A person has one at most, whose ended_at is NULL; an earlier
-- one is erased unless a paper shows it, which it does for good. image is sealed.

-- +goose Up
CREATE TABLE photo (
    id       TEXT PRIMARY KEY,
    person   TEXT NOT NULL REFERENCES person (id),
    image    BYTEA NOT NULL,
    put_at   TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX photo_person ON photo (person) WHERE ended_at IS NULL;

CREATE TABLE photo_use (
    paper TEXT PRIMARY KEY REFERENCES print (paper),
    photo TEXT NOT NULL REFERENCES photo (id)
);
CREATE INDEX photo_use_photo ON photo_use (photo);
