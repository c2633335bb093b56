package bellpull

import (
	"errors"

	"github.com/bellpull/bellpull/plugins/sdk-go/internal/types"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_clock"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_credentials"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_crypto"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_delivery"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_document"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_fetch"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_jwt"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_log"
)

type hostJSON = *bellpull_provider_document.Json

func hostMethod() string              { return bellpull_provider_delivery.Method() }
func hostQuery(name string) []string  { return bellpull_provider_delivery.Query(name) }
func hostHeader(name string) [][]byte { return bellpull_provider_delivery.Header(name) }
func hostBodyLength() uint64          { return bellpull_provider_delivery.BodyLength() }

func hostBody(offset uint64, length uint32) ([]byte, error) {
	return unwrap(bellpull_provider_delivery.Body(offset, length))
}

func hostFromBody() (hostJSON, error) { return unwrap(bellpull_provider_document.FromBody()) }

func hostFromForm(field string) (hostJSON, error) {
	return unwrap(bellpull_provider_document.FromForm(field))
}

func hostFromBytes(bytes []byte) hostJSON { return bellpull_provider_document.FromBytes(bytes) }
func hostFromConfig() hostJSON            { return bellpull_provider_document.FromConfig() }

func hostSelect(json hostJSON, pointers []string) ([][]Value, error) {
	answers, err := unwrap(json.Select(pointers))
	if err != nil {
		return nil, err
	}
	values := make([][]Value, len(answers))
	for at, answer := range answers {
		for _, value := range answer {
			values[at] = append(values[at], valueOf(value))
		}
	}
	return values, nil
}

func valueOf(value bellpull_provider_document.Value) Value {
	switch value.Tag() {
	case bellpull_provider_document.ValueNull:
		return Value{Kind: KindNull}
	case bellpull_provider_document.ValueBoolean:
		if value.Boolean() {
			return Value{KindBoolean, "true"}
		}
		return Value{KindBoolean, "false"}
	case bellpull_provider_document.ValueNumber:
		return Value{KindNumber, value.Number()}
	case bellpull_provider_document.ValueText:
		return Value{KindText, value.Text()}
	case bellpull_provider_document.ValueJson:
		return Value{KindJSON, value.Json()}
	}
	return Value{Kind: KindMissing}
}

func hostVerifyHMAC(key string, digest Digest, message []Part, mac []byte) bool {
	return bellpull_provider_credentials.VerifyHmac(key, string(digest), partsOf(message), mac)
}

func hostMatches(key string) bool { return bellpull_provider_credentials.Matches(key) }

func hostVerifySignature(key PublicKey, algorithm SignatureAlgorithm, message []Part, signature []byte) (bool, error) {
	of := bellpull_provider_crypto.PublicKey{Kind: key.kind, Key: key.key}
	return unwrap(bellpull_provider_crypto.VerifySignature(of, string(algorithm), partsOf(message), signature))
}

func hostVerifyToken(issuers, audiences []string) (hostJSON, error) {
	expected := bellpull_provider_jwt.Expectation{Issuers: issuers, Audiences: audiences}
	claims := bellpull_provider_jwt.Verify(expected)
	if claims.Tag() == types.ResultOk {
		return claims.Ok(), nil
	}
	failure := claims.Err()
	if failure.Tag() == bellpull_provider_jwt.FailureUnavailable {
		return nil, Unavailable(failure.Unavailable())
	}
	return nil, Unauthenticated(failure.Unauthenticated())
}

func hostFetch(url string) ([]byte, error) { return unwrap(bellpull_provider_fetch.Get(url)) }
func hostNow() uint64                      { return bellpull_provider_clock.Now() }

func hostLog(level LogLevel, message string) {
	bellpull_provider_log.Write(bellpull_provider_log.Level(level), message)
}

func unwrap[T any](result types.Result[T, string]) (T, error) {
	if result.Tag() == types.ResultErr {
		var none T
		return none, errors.New(result.Err())
	}
	return result.Ok(), nil
}
