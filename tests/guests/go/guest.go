// A provider in Go that uses everything of the SDK, and misbehaves when it is asked to. The header x-do
// says what to do.
package main

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
	"time"

	bellpull "github.com/bellpull/bellpull/plugins/sdk-go"
	"github.com/bellpull/bellpull/plugins/sdk-go/clock"
	"github.com/bellpull/bellpull/plugins/sdk-go/form"
)

const (
	key    = "token"
	issuer = "https://issuer.example.com"
)

type guest struct{}

func init() { bellpull.Export(guest{}) }

func main() {}

func (guest) Describe() bellpull.Description {
	return bellpull.Description{
		Providers:      []string{"guest-go"},
		Version:        "0.1.0",
		Events:         []string{"push"},
		CredentialKeys: []string{key},
		ConfigSchema:   `{"type": "object", "properties": {"problem": {"type": "string"}, "several": {"type": "boolean"}}}`,
		FetchHosts:     []string{"documents.example.com"},
	}
}

func (guest) Configure(receiver bellpull.Receiver) (bellpull.Binding, error) {
	binding := bellpull.SignatureBinding(key)
	binding.Warnings = receiver.UnknownEventWarnings([]string{"push"})
	binding.AnswersHandshakes, binding.ReplyMACs = true, true
	binding.Issuers, binding.Tokens = []string{issuer}, []bellpull.Source{bellpull.BearerSource("x-bearer")}
	config, err := bellpull.ConfigJSON().Select("/problem", "/several")
	if err != nil {
		return binding, err
	}
	var problems bellpull.Problems
	if problem := config.Text("/problem"); problem != "" {
		problems = append(problems, bellpull.Problem{At: "/config/problem", Message: problem})
	}
	if several := config.Boolean("/several"); several != nil && *several {
		return binding, errors.New("no list of problems: " + problems.Error())
	}
	return binding, problems
}

func (guest) Receive(receiver bellpull.Receiver) (bellpull.Verdict, error) {
	what, err := bellpull.RequiredHeader("x-do")
	if err != nil {
		return nil, err
	}
	if what == "reply" {
		return reply(), nil
	}
	mac, err := bellpull.HexMAC("x-signature", "sha256=", bellpull.SHA256, bellpull.HeaderValues("x-signature"))
	if err != nil {
		return nil, err
	}
	if err := mac.Check(key, bellpull.HeaderPart("x-do"), bellpull.TextPart("."), bellpull.BodyPart()); err != nil {
		return nil, err
	}
	if !receiver.Wants("push") {
		return bellpull.NotListed("push"), nil
	}
	switch what {
	case "changes":
		return changes(), nil
	case "too-much":
		return tooMuch(), nil
	case "body":
		return told(body())
	case "form":
		return told(fields())
	case "fetch":
		document, err := bellpull.Fetch("https://documents.example.com/one")
		return told(string(document), err)
	case "token":
		_, err := bellpull.VerifyToken([]string{issuer}, []string{"bellpull"})
		return nil, err
	case "signature":
		return nil, signature()
	case "old":
		return nil, clock.CheckAge(clock.Now(), clock.Now().Add(-time.Hour), time.Minute)
	case "collect":
		return told(collect())
	case "ping":
		return bellpull.Ping("push", "asked for "+bellpull.Method()), nil
	case "nothing":
		return nil, nil
	case "panic":
		panic("panicked as it was asked to")
	}
	return nil, errors.New("no " + what + " is known")
}

func reply() bellpull.Response {
	return bellpull.Response{
		Headers: []bellpull.Pair{{Name: "content-type", Text: "text/plain"}},
		Body: []bellpull.ReplyPart{
			bellpull.TextReply("the MAC is "),
			bellpull.HexMACReply(key, bellpull.SHA256, bellpull.ParameterPart("challenge")),
		},
	}
}

func changes() bellpull.Acceptance {
	yes := true
	told := bellpull.Accept(bellpull.Event{
		Kind:   "push",
		Action: "pushed",
		Changes: []bellpull.Change{
			bellpull.GitChange{
				Repositories: []string{"https://example.com/app.git", "git@example.com:app.git"},
				Ref:          "refs/heads/main",
				Before:       "1111111",
				After:        "2222222",
				Paths:        bellpull.Paths{Known: true, List: []string{"a.yaml"}},
			},
			bellpull.ArtifactChange{Repositories: []string{"example.com/app"}, Tag: "v1", Deleted: true},
			bellpull.RequestChange{
				Repositories: []string{"https://example.com/app.git"},
				Number:       "17",
				Merged:       &yes,
				Labels:       []string{},
			},
			bellpull.OtherChange{Kind: "bucket", Name: "b", Attributes: []bellpull.Pair{{Name: "a", Text: "1"}}},
		},
		Payload: `{"a": 1}`,
	})
	told.DeliveryID = "delivery 1"
	return told
}

func tooMuch() bellpull.Acceptance {
	var changes []bellpull.Change
	for range 600 {
		changes = append(changes, bellpull.GitChange{
			Repositories: []string{"https://example.com/app.git"},
			Paths:        bellpull.Paths{Known: true, List: []string{strings.Repeat("a", 1000)}},
		})
	}
	return bellpull.Accept(bellpull.Event{Kind: "push", Changes: changes})
}

// The answers of the body, each by its type.
func body() (string, error) {
	document, err := bellpull.BodyJSON()
	if err != nil {
		return "", err
	}
	answers, err := document.Select("/text", "/number", "/boolean", "/null", "/list/*/name")
	if err != nil {
		return "", err
	}
	number, _ := answers.Number("/number")
	words := []string{answers.Text("/text"), strconv.FormatUint(number, 10)}
	if boolean := answers.Boolean("/boolean"); boolean != nil {
		words = append(words, strconv.FormatBool(*boolean))
	}
	words = append(words, strconv.FormatBool(answers.IsSet("/null")))
	return strings.Join(append(words, answers.Texts("/list/*/name")...), " "), nil
}

// A field that holds text, and one that holds JSON.
func fields() (string, error) {
	read, err := form.Read()
	if err != nil {
		return "", err
	}
	note, err := read.Text("note")
	if err != nil {
		return "", err
	}
	payload, err := bellpull.FormJSON("payload")
	if err != nil {
		return "", err
	}
	answers, err := payload.Select("/ref")
	return note + " " + answers.Text("/ref"), err
}

// The signature of another message.
func signature() error {
	signed := make([]byte, 64)
	key := bellpull.Ed25519Key(signed[:32])
	return bellpull.CheckSignature(key, bellpull.Ed25519, signed, bellpull.BodyPart())
}

// What was allocated last: the compiler would drop an allocation that nobody sees.
var garbage []byte

// Garbage for the collector to find between calls of the host, whose answers it must not take.
func collect() (string, error) {
	var texts []string
	for range 400 {
		garbage = make([]byte, 100<<10)
		text, err := bellpull.RequiredHeader("x-do")
		if err != nil {
			return "", err
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		if text != "collect" {
			return "", errors.New("a text became " + text)
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.NumGC < 2 {
		return "", errors.New("nothing was collected")
	}
	return "collected", nil
}

// A text as the action of an event.
func told(text string, err error) (bellpull.Verdict, error) {
	if err != nil {
		return nil, err
	}
	bellpull.Log(bellpull.LogInfo, "told "+text)
	return bellpull.Accept(bellpull.Event{Kind: "push", Action: text}), nil
}
