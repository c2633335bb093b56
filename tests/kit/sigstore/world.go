package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"time"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/testing/ca"
)

// A world is all that a trusted root tells of.
type world struct {
	*authority
	*transparencyLog
	// sigstore-go's own authorities for tests, of which the one for timestamps is used.
	virtual *ca.VirtualSigstore
}

func newWorld() (*world, error) {
	authority, err := newAuthority()
	if err != nil {
		return nil, err
	}
	log, err := newTransparencyLog()
	if err != nil {
		return nil, err
	}
	virtual, err := ca.NewVirtualSigstore()
	return &world{authority, log, virtual}, err
}

func (w *world) addTimestamp(bundle *protobundle.Bundle) error {
	signed, err := w.virtual.TimestampResponse(bundle.GetDsseEnvelope().GetSignatures()[0].GetSig())
	if err != nil {
		return err
	}
	bundle.VerificationMaterial.TimestampVerificationData = &protobundle.TimestampVerificationData{
		Rfc3161Timestamps: []*protocommon.RFC3161SignedTimestamp{{SignedTimestamp: signed}},
	}
	return nil
}

func (w *world) trustedRoot() ([]byte, error) {
	begins, ends := time.Now().Add(-5*time.Hour), time.Now().Add(5*time.Hour)
	authority := &root.FulcioCertificateAuthority{
		Root:                w.root,
		Intermediates:       []*x509.Certificate{w.intermediate},
		ValidityPeriodStart: begins,
		ValidityPeriodEnd:   ends,
		URI:                 "https://fulcio.example.com",
	}
	logs := func(url string, key *ecdsa.PrivateKey) (map[string]*root.TransparencyLog, error) {
		publicKey, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			return nil, err
		}
		id := sha256.Sum256(publicKey)
		return map[string]*root.TransparencyLog{hex.EncodeToString(id[:]): {
			BaseURL: url, ID: id[:], ValidityPeriodStart: begins, ValidityPeriodEnd: ends,
			HashFunc: crypto.SHA256, PublicKey: key.Public(), SignatureHashFunc: crypto.SHA256,
		}}, nil
	}
	certificateLogs, err := logs("https://ctfe.example.com", w.certificateLog)
	if err != nil {
		return nil, err
	}
	rekorLogs, err := logs("https://"+rekorHost, w.transparencyLog.key)
	if err != nil {
		return nil, err
	}
	trusted, err := root.NewTrustedRoot(root.TrustedRootMediaType01, []root.CertificateAuthority{authority},
		certificateLogs, w.virtual.TimestampingAuthorities(), rekorLogs)
	if err != nil {
		return nil, err
	}
	return trusted.MarshalJSON()
}
