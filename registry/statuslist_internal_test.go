package registry

import "testing"

// Every place of a list is given once, whatever the secret.
func TestShuffleIsAPermutation(t *testing.T) {
	seen := make([]bool, statusListSize)
	for x := range statusListSize {
		y := shuffle([]byte("a secret"), x)
		if y < 0 || y >= statusListSize || seen[y] {
			t.Fatalf("place %d goes to %d, which is taken or outside", x, y)
		}
		seen[y] = true
	}
	if shuffle([]byte("a secret"), 0) == shuffle([]byte("another"), 0) && shuffle([]byte("a secret"), 1) == shuffle([]byte("another"), 1) {
		t.Error("two secrets shuffle alike")
	}
}
