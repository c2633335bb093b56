package bellpull

// A PublicKey verifies signatures.
type PublicKey struct {
	kind string
	key  []byte
}

// PEMKey is a SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
func PEMKey(text string) PublicKey { return PublicKey{"pem", []byte(text)} }

// CertificateKey is the key of an X.509 certificate, DER or PEM.
func CertificateKey(certificate []byte) PublicKey { return PublicKey{"certificate", certificate} }

// Ed25519Key is the 32 bytes of an Ed25519 key.
func Ed25519Key(key []byte) PublicKey { return PublicKey{"ed25519", key} }

// CredentialKey is the public key in PEM that stands under this key of the Secret.
func CredentialKey(name string) PublicKey { return PublicKey{credentialKind, []byte(name)} }

const credentialKind = "credential"

// A SignatureAlgorithm is one that the host verifies.
type SignatureAlgorithm string

const (
	RSAPKCS1SHA1    SignatureAlgorithm = "rsa-pkcs1-sha1"
	RSAPKCS1SHA256  SignatureAlgorithm = "rsa-pkcs1-sha256"
	ECDSAP256SHA256 SignatureAlgorithm = "ecdsa-p256-sha256"
	Ed25519         SignatureAlgorithm = "ed25519"
)

// CheckSignature checks the signature of a message by a public key. The delivery is unauthenticated if it
// does not match, or if the key is none. With a key of the Secret that is none, the Receiver is
// misconfigured. It asks the host.
func CheckSignature(key PublicKey, algorithm SignatureAlgorithm, signature []byte, message ...Part) error {
	matches, err := hostVerifySignature(key, algorithm, message, signature)
	switch {
	case err != nil && key.kind == credentialKind:
		return Misconfigured(err.Error())
	case err != nil:
		return Unauthenticated(err.Error())
	case !matches:
		return Unauthenticated("the signature does not match")
	}
	return nil
}
