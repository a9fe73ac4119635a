package main

import (
	"context"
	"log/slog"
	"sync"
)

// logBook keeps what the plugin logs, by resource. Outside an engine the plugin framework logs through slog.
var logBook = struct {
	sync.Mutex
	lines map[string][]string
}{lines: map[string][]string{}}

func recordLogs() {
	slog.SetDefault(slog.New(recorder{}))
}

// logged is what the plugin has logged for the test's resource so far.
func (plugin *plugin) logged() []string {
	logBook.Lock()
	defer logBook.Unlock()
	return append([]string(nil), logBook.lines[string(plugin.urn)]...)
}

type recorder struct{}

func (recorder) Enabled(context.Context, slog.Level) bool { return true }
func (r recorder) WithAttrs([]slog.Attr) slog.Handler     { return r }
func (r recorder) WithGroup(string) slog.Handler          { return r }

func (recorder) Handle(_ context.Context, record slog.Record) error {
	record.Attrs(func(attribute slog.Attr) bool {
		if attribute.Key == "urn" {
			logBook.Lock()
			defer logBook.Unlock()
			urn := attribute.Value.String()
			logBook.lines[urn] = append(logBook.lines[urn], record.Message)
		}
		return true
	})
	return nil
}
