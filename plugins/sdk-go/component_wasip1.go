package bellpull

import (
	"errors"

	guest "github.com/bellpull/bellpull/plugins/sdk-go/internal/export_bellpull_provider_guest"
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/types"
	contract "github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_types"
	// It has the functions that the host calls.
	_ "github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/wit_exports"
)

func init() {
	guest.Describe = func() contract.Description { return descriptionOf(provider().Describe()) }
	guest.Configure = configure
	guest.Receive = receive
}

func provider() Provider {
	if exported == nil {
		panic("call bellpull.Export in an init function")
	}
	return exported
}

func configure(receiver contract.Receiver) types.Result[contract.Binding, []contract.Problem] {
	binding, err := provider().Configure(receiverOf(receiver))
	problems, told := errors.AsType[Problems](err)
	if err != nil && !told {
		problems = Problems{{Message: err.Error()}}
	}
	if len(problems) == 0 {
		return types.Ok[contract.Binding, []contract.Problem](bindingOf(binding))
	}
	return types.Err[contract.Binding](listOf(problems, func(problem Problem) contract.Problem {
		return contract.Problem{At: problem.At, Message: problem.Message}
	}))
}

func receive(receiver contract.Receiver) types.Result[contract.Verdict, contract.Refusal] {
	verdict, err := provider().Receive(receiverOf(receiver))
	if err != nil {
		return types.Err[contract.Verdict](refusalOf(err))
	}
	return types.Ok[contract.Verdict, contract.Refusal](verdictOf(verdict))
}

func refusalOf(err error) contract.Refusal {
	refusal, told := errors.AsType[Refusal](err)
	if !told {
		return contract.MakeRefusalMalformed(err.Error())
	}
	// The whole text: an author may have wrapped the refusal in more words.
	reason := err.Error()
	switch refusal.Class {
	case ClassMalformed:
		return contract.MakeRefusalMalformed(reason)
	case ClassStale:
		return contract.MakeRefusalStale(reason)
	case ClassUnavailable:
		return contract.MakeRefusalUnavailable(reason)
	case ClassMisconfigured:
		return contract.MakeRefusalMisconfigured(reason)
	}
	return contract.MakeRefusalUnauthenticated(reason)
}

func descriptionOf(description Description) contract.Description {
	return contract.Description{
		Providers:      description.Providers,
		Version:        description.Version,
		Documentation:  description.Documentation,
		Events:         description.Events,
		CredentialKeys: description.CredentialKeys,
		SettingKeys:    description.SettingKeys,
		ConfigSchema:   description.ConfigSchema,
		FetchHosts:     description.FetchHosts,
	}
}

func receiverOf(receiver contract.Receiver) Receiver {
	settings := make(map[string]string, len(receiver.Settings))
	for _, setting := range receiver.Settings {
		settings[setting.F0] = setting.F1
	}
	return Receiver{receiver.Provider, receiver.Events, receiver.Keys, settings}
}

func bindingOf(binding Binding) contract.Binding {
	var extensions []contract.Pair
	if binding.ReplyMACs {
		extensions = append(extensions, contract.Pair{F0: "reply-macs", F1: "true"})
	}
	if binding.clientNames != nil {
		extensions = append(extensions, contract.Pair{F0: "client-names", F1: *binding.clientNames})
	}
	return contract.Binding{
		Authentication:     string(binding.Authentication),
		Credentials:        listOf(binding.Credentials, credentialOf),
		Methods:            binding.Methods,
		Tokens:             listOf(binding.Tokens, sourceOf),
		Issuers:            binding.Issuers,
		ParsesBeforeVerify: binding.ParsesBeforeVerify,
		AnswersHandshakes:  binding.AnswersHandshakes,
		Warnings:           binding.Warnings,
		Extensions:         extensions,
	}
}

func credentialOf(credential Credential) contract.Credential {
	encoding := credential.Encoding
	if encoding == "" {
		encoding = "text"
	}
	return contract.Credential{
		Key:       credential.Key,
		Encoding:  encoding,
		Proves:    credential.Proves,
		Presented: listOf(credential.Presented, sourceOf),
	}
}

func sourceOf(source Source) contract.Source {
	return contract.Source{Kind: source.kind, Arguments: source.arguments}
}

func partsOf(parts []Part) []contract.Part {
	return listOf(parts, func(part Part) contract.Part {
		if part.kind == "" {
			return contract.MakePartBytes(part.bytes)
		}
		return contract.MakePartPiece(contract.Piece{Kind: part.kind, Arguments: part.arguments})
	})
}
