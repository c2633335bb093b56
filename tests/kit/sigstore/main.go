// Command sigstore signs an artefact in as many ways as a test of a verifier needs, with the libraries that
// cosign signs with and with authorities and logs of its own. It asks nothing of a network. It takes the digest
// of the artefact in hexadecimal, and writes the trusted root, keys and bundles as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"google.golang.org/protobuf/encoding/protojson"
)

const (
	issuer     = "https://issuer.example.com"
	cosignSign = "https://sigstore.dev/cosign/sign/v1"
	other      = "0000000000000000000000000000000000000000000000000000000000000000"
)

type output struct {
	TrustedRoot      json.RawMessage            `json:"trustedRoot"`
	OtherTrustedRoot json.RawMessage            `json:"otherTrustedRoot"`
	PublicKey        string                     `json:"publicKey"`
	Bundles          map[string]json.RawMessage `json:"bundles"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: sigstore DIGEST")
	}
	written, err := signAll(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(written); err != nil {
		log.Fatal(err)
	}
}

func signAll(digest string) (*output, error) {
	world, err := newWorld()
	if err != nil {
		return nil, err
	}
	elsewhere, err := newWorld()
	if err != nil {
		return nil, err
	}
	key, err := sign.NewEphemeralKeypair(nil)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	alice := certificateRequest{email: "alice@example.com", begins: now.Add(-time.Minute), codeSigning: true, logged: true}
	changed := func(change func(*certificateRequest)) *certificateRequest {
		request := alice
		change(&request)
		return &request
	}
	signings := map[string]signing{
		"v1":          {certificate: &alice, version: 1},
		"v1-again":    {certificate: &alice, version: 1},
		"v2":          {certificate: &alice, version: 2, timestamp: true},
		"bob":         {certificate: changed(func(r *certificateRequest) { r.email = "bob@example.com" }), version: 1},
		"workload":    {certificate: changed(func(r *certificateRequest) { r.email, r.uri = "", "https://forge.example.com/acme/build@v1" }), version: 1},
		"attestation": {certificate: &alice, version: 1, predicate: "https://slsa.dev/provenance/v1"},
		"other":       {certificate: &alice, version: 1, digest: other},
		// Of ten minutes, of which the last was an hour ago.
		"expired-v1":      {certificate: changed(func(r *certificateRequest) { r.begins = now.Add(-70 * time.Minute) }), version: 1},
		"expired-v2":      {certificate: changed(func(r *certificateRequest) { r.begins = now.Add(-70 * time.Minute) }), version: 2, timestamp: true},
		"early":           {certificate: changed(func(r *certificateRequest) { r.begins = now.Add(time.Hour) }), version: 2, timestamp: true},
		"untimed":         {certificate: &alice, version: 2},
		"unlogged":        {certificate: &alice, timestamp: true},
		"no-sct":          {certificate: changed(func(r *certificateRequest) { r.logged = false }), version: 1},
		"no-code-signing": {certificate: changed(func(r *certificateRequest) { r.codeSigning = false }), version: 1},
		"other-authority": {certificate: &alice, version: 1, authority: elsewhere.authority},
		"key":             {key: key},
		"key-v1":          {key: key, version: 1},
		"key-v2":          {key: key, version: 2},
	}
	written := &output{Bundles: map[string]json.RawMessage{}}
	for name, wanted := range signings {
		if wanted.digest == "" {
			wanted.digest = digest
		}
		bundle, err := world.sign(wanted)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if written.Bundles[name], err = protojson.Marshal(bundle); err != nil {
			return nil, err
		}
	}
	if written.PublicKey, err = key.GetPublicKeyPem(); err != nil {
		return nil, err
	}
	if written.TrustedRoot, err = world.trustedRoot(); err != nil {
		return nil, err
	}
	written.OtherTrustedRoot, err = elsewhere.trustedRoot()
	return written, err
}

// A signing that is wanted: by a key, or by a new one with a certificate.
type signing struct {
	key         sign.Keypair
	certificate *certificateRequest
	// Who issues the certificate, if it is not the world's authority.
	authority *authority
	digest    string
	predicate string
	// The version of Rekor that logs it, or 0.
	version   uint32
	timestamp bool
}

func (w *world) sign(wanted signing) (*protobundle.Bundle, error) {
	predicate := wanted.predicate
	if predicate == "" {
		predicate = cosignSign
	}
	statement, err := json.Marshal(map[string]any{
		"_type":         "https://in-toto.io/Statement/v1",
		"subject":       []any{map[string]any{"digest": map[string]string{"sha256": wanted.digest}}},
		"predicateType": predicate,
		"predicate":     map[string]any{},
	})
	if err != nil {
		return nil, err
	}
	key, options := wanted.key, sign.BundleOptions{}
	if wanted.certificate != nil {
		if key, err = sign.NewEphemeralKeypair(nil); err != nil {
			return nil, err
		}
		issuing := wanted.authority
		if issuing == nil {
			issuing = w.authority
		}
		options.CertificateProvider = &certificateProvider{issuing, wanted.certificate}
	}
	if wanted.version != 0 {
		options.TransparencyLogs = []sign.Transparency{w.rekor(wanted.version)}
	}
	content := &sign.DSSEData{Data: statement, PayloadType: "application/vnd.in-toto+json"}
	bundle, err := sign.Bundle(content, key, options)
	if err != nil || !wanted.timestamp {
		return bundle, err
	}
	return bundle, w.addTimestamp(bundle)
}
