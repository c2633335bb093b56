package bellpull

// Fetch is the body of one GET, at most 64 KiB, from a host that the description lists. Otherwise the
// delivery is [Unavailable]. It asks the host, and must be granted.
func Fetch(url string) ([]byte, error) {
	body, err := hostFetch(url)
	if err != nil {
		return nil, Unavailable(err.Error())
	}
	return body, nil
}
