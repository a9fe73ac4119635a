package main

import (
	"strings"
	"testing"
	"time"
)

func expect[T comparable](t *testing.T, what string, got, expected T) {
	t.Helper()
	if got != expected {
		t.Errorf("%s: got %#v, expected %#v", what, got, expected)
	}
}

func expectIn(t *testing.T, what, got, expected string) {
	t.Helper()
	if !strings.Contains(got, expected) {
		t.Errorf("%s: got %q, expected %q in it", what, got, expected)
	}
}

func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !isSo(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after 10 s still not: %s", what)
		}
	}
}
