//go:build wasip1

// Package export_bellpull_provider_guest has the functions that the generated exports call, under the name
// that these give it.
package export_bellpull_provider_guest

import (
	"github.com/bellpull/bellpull/plugins/sdk-go/internal/types"
	contract "github.com/bellpull/bellpull/plugins/sdk-go/internal/wit/bellpull_provider_types"
)

// The package bellpull sets them, which imports this one.
var (
	Describe  func() contract.Description
	Configure func(contract.Receiver) types.Result[contract.Binding, []contract.Problem]
	Receive   func(contract.Receiver) types.Result[contract.Verdict, contract.Refusal]
)
