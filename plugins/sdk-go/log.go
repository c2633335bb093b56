package bellpull

// A LogLevel is the level of a line in the log of Bellpull.
type LogLevel uint8

const (
	LogDebug LogLevel = iota
	LogInfo
	LogWarn
)

// Log writes a line for whoever debugs the component: 1 KiB a line and 64 lines a call. It asks the host.
func Log(level LogLevel, message string) { hostLog(level, message) }
