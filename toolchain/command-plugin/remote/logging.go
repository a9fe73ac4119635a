package remote

import "github.com/pulumi/pulumi-go-provider/infer"

// Logging says which streams of a command are shown while it runs. A nil *Logging means both.
type Logging string

const (
	logStdout          Logging = "stdout"
	logStderr          Logging = "stderr"
	logStdoutAndStderr Logging = "stdoutAndStderr"
	logNone            Logging = "none"
)

// Values lists the enum for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: string(logStdout), Value: logStdout, Description: "Capture stdout in logs but not stderr"},
		{Name: string(logStderr), Value: logStderr, Description: "Capture stderr in logs but not stdout"},
		{Name: string(logStdoutAndStderr), Value: logStdoutAndStderr, Description: "Capture stdout and stderr in logs"},
		{Name: string(logNone), Value: logNone, Description: "Capture no logs"},
	}
}

func (l *Logging) showsStdout() bool {
	return l == nil || *l == logStdout || *l == logStdoutAndStderr
}

func (l *Logging) showsStderr() bool {
	return l == nil || *l == logStderr || *l == logStdoutAndStderr
}
