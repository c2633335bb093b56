package bellpull

// Method is the method of this delivery, in upper case. It asks the host.
func Method() string { return hostMethod() }

// QueryValues are the values of one query parameter, percent-decoded, in order. It asks the host.
func QueryValues(name string) []string { return hostQuery(name) }

// NowMilliseconds is the time that this delivery is judged by, in milliseconds since 1970. The package clock
// has it as a time.Time. It asks the host.
func NowMilliseconds() int64 { return int64(hostNow()) }
