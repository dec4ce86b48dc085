-- What must be true whatever order parallel transactions commit in: a person
-- holds one certificate in force of a level, and one withdrawal waits at a time.

-- +goose Up
CREATE UNIQUE INDEX certificate_in_force ON certificate (person, occupation, level) WHERE status IN ('valid', 'suspended');
CREATE UNIQUE INDEX status_change_proposed ON status_change (certificate) WHERE state = 'proposed';

-- Bodies that were shown a person's document and may work for the person.
CREATE TABLE person_reach (
    person TEXT NOT NULL REFERENCES person (id),
    body   TEXT NOT NULL REFERENCES body (id),
    PRIMARY KEY (person, body)
);
