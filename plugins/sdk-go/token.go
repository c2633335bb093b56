package bellpull

// VerifyToken is the claims of the token that the delivery presents at one of the binding's places, once its
// signature, issuer, audience and times are right. The issuers are some of those that the binding lists. The
// delivery is unauthenticated, or [Unavailable] if the issuer's keys could not be had. It asks the host, and
// must be granted.
func VerifyToken(issuers, audiences []string) (Document, error) {
	claims, err := hostVerifyToken(issuers, audiences)
	return Document{claims}, err
}
