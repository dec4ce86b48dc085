# What people do here, by name. Users need none of it: see README.md.

# Everything that must pass before a change goes in, as CI runs it.
check:
	.ci/run

# The tests that run on any machine; those that need PostgreSQL, a browser or
# other programs are skipped where these are missing.
test:
	go test ./...

# The tests of everything that reaches the database, with PostgreSQL required:
# the server that CERTREG_TEST_POSTGRES names, or a private one.
test-postgres:
	CERTREG_TEST_REQUIRE=1 go test ./db/... ./registry/...

# The lint rules of .golangci.yml; .ci/run installs the program.
lint:
	golangci-lint run ./...

# Code from the contract, the list of problem codes, and what pages look like.
# Read the diff.
gen:
	go generate ./...
	go test ./internal/problem ./web -update

# The demonstration, on http://127.0.0.1:8080.
run:
	go run ./cmd/certreg demo

# The engine against plain Go in the same run, the register with the memory
# that `certreg serve` gives itself, and applicants per second in batches.
bench:
	cd internal/bench && go run .
	GOGC=400 go test -run '^$$' -bench . -benchmem ./db
	go test -run '^$$' -bench . -benchmem ./internal/credential ./internal/translog ./internal/document
	go test -run '^$$' -bench . -benchtime 3x ./internal/batch ./cmd/certreg

# The log, nearly empty and with a million entries, beside Tessera's conformance
# server. For rates that mean something on PostgreSQL, name a server that writes
# to its disk in CERTREG_TEST_POSTGRES.
bench-log:
	go test -run '^$$' -bench Tessera -benchtime 20x ./internal/translog
	go test -run '^$$' -bench 'Log$$' -benchtime 1s ./db

# The pictures of docs/pictures, taken from the demonstration with Chromium.
pictures:
	CERTREG_PICTURES=1 go test ./web -run TestPictures

.PHONY: check test test-postgres lint gen run bench bench-log pictures
