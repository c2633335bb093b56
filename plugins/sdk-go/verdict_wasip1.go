package bellpull

import (
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/types"
	contract "github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_types"
)

func verdictOf(verdict Verdict) contract.Verdict {
	switch verdict := verdict.(type) {
	case Acceptance:
		verdict = verdict.bounded()
		return contract.MakeVerdictAccept(contract.Acceptance{
			Events:     listOf(verdict.Events, eventOf),
			Complete:   !verdict.Incomplete,
			DeliveryId: textOf(verdict.DeliveryID),
			SignedAt:   textOf(verdict.SignedAt),
		})
	case Disinterest:
		return contract.MakeVerdictIgnore(contract.Disinterest{
			Class:  verdict.Class,
			Reason: verdict.Reason,
			Event:  optionOf(verdict.Event, eventOf),
		})
	case Response:
		return contract.MakeVerdictReply(responseOf(verdict))
	}
	panic("Receive gave neither a verdict nor an error")
}

func eventOf(event Event) contract.Event {
	return contract.Event{
		Kind:    event.Kind,
		Action:  textOf(event.Action),
		Changes: listOf(event.Changes, changeOf),
		Payload: textOf(event.Payload),
	}
}

func changeOf(change Change) contract.Change {
	switch change := change.(type) {
	case GitChange:
		return contract.MakeChangeGit(contract.GitChange{
			Repositories: change.Repositories,
			Ref:          textOf(change.Ref),
			Before:       textOf(change.Before),
			After:        textOf(change.After),
			Deleted:      change.Deleted,
			Paths:        pathsOf(change.Paths),
		})
	case ArtifactChange:
		return contract.MakeChangeArtifact(contract.ArtifactChange{
			Repositories: change.Repositories,
			Tag:          textOf(change.Tag),
			Digest:       textOf(change.Digest),
			Deleted:      change.Deleted,
		})
	case RequestChange:
		labels := types.None[[]string]()
		if change.Labels != nil {
			labels = types.Some(change.Labels)
		}
		return contract.MakeChangeRequest(contract.RequestChange{
			Repositories: change.Repositories,
			Number:       change.Number,
			Source:       textOf(change.Source),
			Target:       textOf(change.Target),
			Head:         textOf(change.Head),
			Action:       textOf(change.Action),
			Merged:       optionOf(change.Merged, same),
			Draft:        optionOf(change.Draft, same),
			Labels:       labels,
		})
	case OtherChange:
		return contract.MakeChangeOther(contract.OtherChange{
			Kind:       change.Kind,
			Locations:  change.Locations,
			Name:       textOf(change.Name),
			Revision:   textOf(change.Revision),
			Attributes: listOf(change.Attributes, pairOf),
		})
	}
	panic("an event has a change that is nil")
}

func pathsOf(paths Paths) contract.Paths {
	switch {
	case !paths.Known:
		return contract.MakePathsUnknown()
	case paths.Truncated:
		return contract.MakePathsTruncated(paths.List)
	}
	return contract.MakePathsComplete(paths.List)
}

func responseOf(response Response) contract.Response {
	status := response.Status
	if status == 0 {
		status = 200
	}
	return contract.Response{
		Status:  status,
		Headers: listOf(response.Headers, pairOf),
		Body:    listOf(response.Body, replyPartOf),
	}
}

func replyPartOf(part ReplyPart) contract.ReplyPart {
	if part.encoding == "" {
		return contract.MakeReplyPartBytes(part.bytes)
	}
	return contract.MakeReplyPartMac(contract.ReplyMac{
		Key:       part.key,
		Algorithm: string(part.digest),
		Encoding:  part.encoding,
		Message:   partsOf(part.message),
	})
}

func pairOf(pair Pair) contract.Pair { return contract.Pair{F0: pair.Name, F1: pair.Text} }

// A text that is empty is unknown: no fact is empty.
func textOf(text string) types.Option[string] {
	if text == "" {
		return types.None[string]()
	}
	return types.Some(text)
}

func optionOf[T, U any](value *T, convert func(T) U) types.Option[U] {
	if value == nil {
		return types.None[U]()
	}
	return types.Some(convert(*value))
}

func same(value bool) bool { return value }
