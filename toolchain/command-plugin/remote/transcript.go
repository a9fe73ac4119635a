package remote

import (
	"bytes"
	"io"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// Transcript keeps what a command writes: each stream for itself, both in the order they came, and line by line in the
// log as far as wanted.
type Transcript struct {
	stdout, stderr *stream
	both           bytes.Buffer
	mutex          sync.Mutex // the SSH library writes the two streams from two goroutines
}

// NewTranscript is an empty one.
func NewTranscript(logger p.Logger, logging *Logging) *Transcript {
	t := &Transcript{}
	t.stdout = &stream{transcript: t, logger: logger, logged: logging.showsStdout()}
	t.stderr = &stream{transcript: t, logger: logger, logged: logging.showsStderr()}
	return t
}

// Streams are where the command's stdout and stderr are to go.
func (t *Transcript) Streams() (stdout, stderr io.Writer) {
	return t.stdout, t.stderr
}

// Text is all that came.
func (t *Transcript) Text() string {
	return t.both.String()
}

// Trimmed is what came on stdout and on stderr, each without one last line end.
func (t *Transcript) Trimmed() (stdout, stderr string) {
	return t.stdout.trimmed(), t.stderr.trimmed()
}

// End logs what came after the last line end of each stream. To be called once, after the command's end.
func (t *Transcript) End() {
	for _, s := range []*stream{t.stdout, t.stderr} {
		if len(s.unlogged) > 0 {
			s.logger.InfoStatus(string(s.unlogged))
		}
	}
}

// stream is one of the two streams of a Transcript.
type stream struct {
	transcript *Transcript
	logger     p.Logger
	logged     bool
	text       bytes.Buffer
	unlogged   []byte // the begun line
}

func (s *stream) Write(written []byte) (int, error) {
	s.transcript.mutex.Lock()
	defer s.transcript.mutex.Unlock()
	s.transcript.both.Write(written)
	s.text.Write(written)
	if s.logged {
		s.logLines(written)
	}
	return len(written), nil
}

// logLines logs the lines that are complete now. A line may have any length.
func (s *stream) logLines(written []byte) {
	s.unlogged = append(s.unlogged, written...)
	for {
		line, rest, complete := bytes.Cut(s.unlogged, []byte("\n"))
		if !complete {
			return
		}
		s.logger.InfoStatus(strings.TrimSuffix(string(line), "\r"))
		s.unlogged = rest
	}
}

// trimmed is the text without one last line end, as the outputs have it.
func (s *stream) trimmed() string {
	return strings.TrimSuffix(s.text.String(), "\n")
}
