// Prints the cases of a folder of textproto files, one JSON object a line.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cel.dev/expr"
	test "cel.dev/expr/conformance/test"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	// What the cases name in their values.
	_ "cel.dev/expr/conformance/proto2"
	_ "cel.dev/expr/conformance/proto3"
)

type testCase struct {
	File       string `json:"file"`
	Section    string `json:"section"`
	Name       string `json:"name"`
	Expr       string `json:"expr"`
	Unchecked  bool   `json:"unchecked"`
	Variables  bool   `json:"variables"`
	Container  bool   `json:"container"`
	NoMacros   bool   `json:"noMacros"`
	Expected   any    `json:"expected,omitempty"`
	Fails      bool   `json:"fails"`
	Unmodelled bool   `json:"unmodelled"`
}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.textproto"))
	exitOn(err)
	out := json.NewEncoder(os.Stdout)
	for _, name := range files {
		text, err := os.ReadFile(name)
		exitOn(err)
		var file test.SimpleTestFile
		exitOn(prototext.Unmarshal(text, &file))
		for _, section := range file.Section {
			for _, given := range section.Test {
				exitOn(out.Encode(convert(strings.TrimSuffix(filepath.Base(name), ".textproto"), section.Name, given)))
			}
		}
	}
}

func convert(file, section string, given *test.SimpleTest) testCase {
	c := testCase{
		File: file, Section: section, Name: given.Name, Expr: given.Expr,
		Unchecked: given.DisableCheck,
		Variables: len(given.TypeEnv) > 0 || len(given.Bindings) > 0,
		Container: given.Container != "",
		NoMacros:  given.DisableMacros,
	}
	switch expected := given.ResultMatcher.(type) {
	case nil:
		c.Expected = map[string]any{"bool": true}
	case *test.SimpleTest_Value:
		c.Expected, c.Unmodelled = value(expected.Value)
	case *test.SimpleTest_TypedResult:
		if expected.TypedResult.Result == nil {
			c.Unmodelled = true
			break
		}
		c.Expected, c.Unmodelled = value(expected.TypedResult.Result)
	case *test.SimpleTest_EvalError, *test.SimpleTest_AnyEvalErrors:
		c.Fails = true
	default:
		c.Unmodelled = true
	}
	return c
}

// The value, each with its type, and whether there is no such type in JSON's reader.
func value(given *expr.Value) (any, bool) {
	tagged := func(name string, value any) (any, bool) { return map[string]any{name: value}, false }
	switch kind := given.Kind.(type) {
	case *expr.Value_NullValue:
		return tagged("null", nil)
	case *expr.Value_BoolValue:
		return tagged("bool", kind.BoolValue)
	case *expr.Value_Int64Value:
		return tagged("int", strconv.FormatInt(kind.Int64Value, 10))
	case *expr.Value_Uint64Value:
		return tagged("uint", strconv.FormatUint(kind.Uint64Value, 10))
	case *expr.Value_DoubleValue:
		return tagged("double", strconv.FormatFloat(kind.DoubleValue, 'g', -1, 64))
	case *expr.Value_StringValue:
		return tagged("string", kind.StringValue)
	case *expr.Value_BytesValue:
		return tagged("bytes", []byte(kind.BytesValue))
	case *expr.Value_TypeValue:
		return tagged("type", kind.TypeValue)
	case *expr.Value_ListValue:
		list := []any{}
		for _, element := range kind.ListValue.Values {
			converted, unmodelled := value(element)
			if unmodelled {
				return nil, true
			}
			list = append(list, converted)
		}
		return tagged("list", list)
	case *expr.Value_MapValue:
		entries := []any{}
		for _, entry := range kind.MapValue.Entries {
			key, unmodelledKey := value(entry.Key)
			converted, unmodelled := value(entry.Value)
			if unmodelledKey || unmodelled {
				return nil, true
			}
			entries = append(entries, []any{key, converted})
		}
		return tagged("map", entries)
	case *expr.Value_ObjectValue:
		message, err := kind.ObjectValue.UnmarshalNew()
		if err != nil {
			return nil, true
		}
		switch message := message.(type) {
		case *timestamppb.Timestamp:
			return tagged("timestamp", message.AsTime().Format(time.RFC3339Nano))
		case *durationpb.Duration:
			return tagged("duration", strconv.FormatInt(message.AsDuration().Nanoseconds(), 10))
		}
	}
	return nil, true
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
