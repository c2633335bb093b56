package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cyberphone/json-canonicalization/go/src/webpki.org/jsoncanonicalizer"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	rekortiles "github.com/sigstore/rekor-tiles/v2/pkg/generated/protobuf"
	rekornote "github.com/sigstore/rekor-tiles/v2/pkg/note"
	"github.com/sigstore/rekor-tiles/v2/pkg/types/hashedrekord"
	"github.com/sigstore/rekor/pkg/generated/client/entries"
	"github.com/sigstore/rekor/pkg/generated/models"
	"github.com/sigstore/rekor/pkg/types"
	"github.com/sigstore/rekor/pkg/util"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	"github.com/sigstore/sigstore/pkg/signature"
	tilelog "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"google.golang.org/protobuf/encoding/protojson"
)

const (
	rekorHost = "rekor.example.com"
	// Where each entry is in its tree. In all trees of Rekor v1 it is elsewhere.
	leafIndex, treeSize, globalIndex = 2, 4, 1002
)

// A transparencyLog has four entries whenever it is asked: the new one is the third.
type transparencyLog struct {
	key    *ecdsa.PrivateKey
	signer *signature.ECDSASignerVerifier
	id     [sha256.Size]byte
}

func newTransparencyLog() (*transparencyLog, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	signer, err := signature.LoadECDSASignerVerifier(key, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	publicKey, err := x509.MarshalPKIXPublicKey(key.Public())
	return &transparencyLog{key, signer, sha256.Sum256(publicKey)}, err
}

func (l *transparencyLog) rekor(version uint32) sign.Transparency {
	return sign.NewRekor(&sign.RekorOptions{Client: (*rekorV1)(l), ClientV2: (*rekorV2)(l), Version: version})
}

// prove returns the hashes on the way from an entry to the root, and the root (RFC 6962, section 2.1).
func prove(entry []byte) (path [][]byte, root []byte) {
	hasher := rfc6962.DefaultHasher
	first := hasher.HashChildren(hasher.HashLeaf([]byte("first")), hasher.HashLeaf([]byte("second")))
	fourth := hasher.HashLeaf([]byte("fourth"))
	second := hasher.HashChildren(hasher.HashLeaf(entry), fourth)
	return [][]byte{fourth, first}, hasher.HashChildren(first, second)
}

// rekorV1 answers as Rekor does.
type rekorV1 transparencyLog

func (l *rekorV1) CreateLogEntry(params *entries.CreateLogEntryParams, _ ...entries.ClientOption) (*entries.CreateLogEntryCreated, error) {
	ctx := context.Background()
	versioned, err := types.CreateVersionedEntry(params.ProposedEntry)
	if err != nil {
		return nil, err
	}
	body, err := types.CanonicalizeEntry(ctx, versioned)
	if err != nil {
		return nil, err
	}
	// The same values in all that says them.
	text, logID := base64.StdEncoding.EncodeToString(body), hex.EncodeToString(l.id[:])
	index, size, global, now := int64(leafIndex), int64(treeSize), int64(globalIndex), time.Now().Unix()
	promise, err := l.promise(tlog.RekorPayload{Body: text, IntegratedTime: now, LogIndex: global, LogID: logID})
	if err != nil {
		return nil, err
	}
	path, root := prove(body)
	hashes := make([]string, len(path))
	for at, hash := range path {
		hashes[at] = hex.EncodeToString(hash)
	}
	checkpoint, err := util.CreateAndSignCheckpoint(ctx, rekorHost, 1, treeSize, root, l.signer)
	if err != nil {
		return nil, err
	}
	rootHash, checkpointText := hex.EncodeToString(root), string(checkpoint)
	entry := models.LogEntryAnon{
		Body: text, IntegratedTime: &now, LogID: &logID, LogIndex: &global,
		Verification: &models.LogEntryAnonVerification{
			SignedEntryTimestamp: promise,
			InclusionProof: &models.InclusionProof{
				Checkpoint: &checkpointText, Hashes: hashes, LogIndex: &index, RootHash: &rootHash, TreeSize: &size,
			},
		},
	}
	return &entries.CreateLogEntryCreated{ETag: "entry", Payload: models.LogEntry{"entry": entry}}, nil
}

func (l *rekorV1) promise(payload tlog.RekorPayload) ([]byte, error) {
	text, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	canonical, err := jsoncanonicalizer.Transform(text)
	if err != nil {
		return nil, err
	}
	return l.signer.SignMessage(bytes.NewReader(canonical))
}

// rekorV2 answers as Rekor on tiles does.
type rekorV2 transparencyLog

func (l *rekorV2) Add(ctx context.Context, request any) (*protorekor.TransparencyLogEntry, error) {
	proposed, ok := request.(*rekortiles.HashedRekordRequestV002)
	if !ok {
		return nil, fmt.Errorf("a request of type %T", request)
	}
	algorithm := proposed.GetSignature().GetVerifier().GetKeyDetails()
	registry, err := signature.NewAlgorithmRegistryConfig([]protocommon.PublicKeyDetails{algorithm})
	if err != nil {
		return nil, err
	}
	logged, err := hashedrekord.ToLogEntry(proposed, registry)
	if err != nil {
		return nil, err
	}
	text, err := protojson.Marshal(logged)
	if err != nil {
		return nil, err
	}
	body, err := jsoncanonicalizer.Transform(text)
	if err != nil {
		return nil, err
	}
	path, root := prove(body)
	signer, err := rekornote.NewNoteSigner(ctx, rekorHost, l.signer)
	if err != nil {
		return nil, err
	}
	head := tilelog.Checkpoint{Origin: rekorHost, Size: treeSize, Hash: root}.Marshal()
	checkpoint, err := note.Sign(&note.Note{Text: string(head)}, signer)
	if err != nil {
		return nil, err
	}
	return &protorekor.TransparencyLogEntry{
		LogIndex:    leafIndex,
		LogId:       &protocommon.LogId{KeyId: l.id[:]},
		KindVersion: &protorekor.KindVersion{Kind: "hashedrekord", Version: "0.0.2"},
		InclusionProof: &protorekor.InclusionProof{
			LogIndex: leafIndex, RootHash: root, TreeSize: treeSize, Hashes: path,
			Checkpoint: &protorekor.Checkpoint{Envelope: string(checkpoint)},
		},
		CanonicalizedBody: body,
	}, nil
}
