package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/url"
	"time"

	ct "github.com/google/certificate-transparency-go"
	"github.com/google/certificate-transparency-go/tls"
	ctx509 "github.com/google/certificate-transparency-go/x509"
	"github.com/google/certificate-transparency-go/x509util"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"github.com/sigstore/sigstore-go/pkg/testing/ca"
)

var (
	// sigstore/fulcio, docs/oid-info.md: "Issuer (V2)".
	oidIssuer = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}
	// RFC 6962, section 3.3.
	oidSCTList = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
)

// An authority issues certificates as Fulcio does, and logs them in a log of its own.
type authority struct {
	root, intermediate *x509.Certificate
	key                *ecdsa.PrivateKey
	certificateLog     *ecdsa.PrivateKey
}

type certificateRequest struct {
	// One of both.
	email, uri          string
	begins              time.Time
	codeSigning, logged bool
}

func newAuthority() (*authority, error) {
	root, rootKey, err := ca.GenerateRootCa()
	if err != nil {
		return nil, err
	}
	intermediate, key, err := ca.GenerateFulcioIntermediate(root, rootKey)
	if err != nil {
		return nil, err
	}
	certificateLog, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &authority{root, intermediate, key, certificateLog}, err
}

func (a *authority) issue(request *certificateRequest, key crypto.PublicKey) ([]byte, error) {
	issuerValue, err := asn1.MarshalWithParams(issuer, "utf8")
	if err != nil {
		return nil, err
	}
	usage := x509.ExtKeyUsageCodeSigning
	if !request.codeSigning {
		usage = x509.ExtKeyUsageServerAuth
	}
	template := &x509.Certificate{
		SerialNumber:    big.NewInt(time.Now().UnixNano()),
		NotBefore:       request.begins,
		NotAfter:        request.begins.Add(10 * time.Minute),
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtKeyUsage:     []x509.ExtKeyUsage{usage},
		ExtraExtensions: []pkix.Extension{{Id: oidIssuer, Value: issuerValue}},
	}
	if request.email != "" {
		template.EmailAddresses = []string{request.email}
	} else {
		uri, err := url.Parse(request.uri)
		if err != nil {
			return nil, err
		}
		template.URIs = []*url.URL{uri}
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, a.intermediate, key, a.key)
	if err != nil || !request.logged {
		return certificate, err
	}
	list, err := a.log(certificate, time.Now())
	if err != nil {
		return nil, err
	}
	template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: oidSCTList, Value: list})
	return x509.CreateCertificate(rand.Reader, template, a.intermediate, key, a.key)
}

// log returns the list of the one timestamp that the log of certificates signs for a certificate that is to have it.
func (a *authority) log(certificate []byte, at time.Time) ([]byte, error) {
	unlogged, err := ctx509.ParseCertificate(certificate)
	if err != nil {
		return nil, err
	}
	publicKey, err := x509.MarshalPKIXPublicKey(a.certificateLog.Public())
	if err != nil {
		return nil, err
	}
	timestamp := uint64(at.UnixMilli())
	leaf := ct.MerkleTreeLeaf{
		Version:  ct.V1,
		LeafType: ct.TimestampedEntryLeafType,
		TimestampedEntry: &ct.TimestampedEntry{
			Timestamp: timestamp,
			EntryType: ct.PrecertLogEntryType,
			PrecertEntry: &ct.PreCert{
				IssuerKeyHash:  sha256.Sum256(a.intermediate.RawSubjectPublicKeyInfo),
				TBSCertificate: unlogged.RawTBSCertificate,
			},
		},
	}
	sct := ct.SignedCertificateTimestamp{
		SCTVersion: ct.V1,
		LogID:      ct.LogID{KeyID: sha256.Sum256(publicKey)},
		Timestamp:  timestamp,
	}
	input, err := ct.SerializeSCTSignatureInput(sct, ct.LogEntry{Leaf: leaf})
	if err != nil {
		return nil, err
	}
	signed, err := tls.CreateSignature(*a.certificateLog, tls.SHA256, input)
	if err != nil {
		return nil, err
	}
	sct.Signature = ct.DigitallySigned(signed)
	list, err := x509util.MarshalSCTsIntoSCTList([]*ct.SignedCertificateTimestamp{&sct})
	if err != nil {
		return nil, err
	}
	text, err := tls.Marshal(*list)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(text)
}

// A certificateProvider has its authority issue one certificate.
type certificateProvider struct {
	*authority
	request *certificateRequest
}

func (p *certificateProvider) GetCertificate(_ context.Context, key sign.Keypair, _ *sign.CertificateProviderOptions) ([]byte, error) {
	return p.issue(p.request, key.GetPublicKey())
}
