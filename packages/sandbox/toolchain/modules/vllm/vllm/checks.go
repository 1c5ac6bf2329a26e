package main

import (
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// failure is one entry in pydantic's list of errors.
type failure struct {
	kind    string
	place   string
	text    string
	input   any
	context string
}

// check finds what pydantic would not take of a value; place is where the value is.
type check func(value any, place string) []failure

// Texts of pydantic's errors that say nothing about the value.
var errorTexts = map[string]string{
	"string_type":           "Input should be a valid string",
	"int_type":              "Input should be a valid integer",
	"int_parsing":           "Input should be a valid integer, unable to parse string as an integer",
	"int_from_float":        "Input should be a valid integer, got a number with a fractional part",
	"int_parsing_size":      "Unable to parse input string as an integer, exceeded maximum size",
	"finite_number":         "Input should be a finite number",
	"float_type":            "Input should be a valid number",
	"float_parsing":         "Input should be a valid number, unable to parse string as a number",
	"bool_type":             "Input should be a valid boolean",
	"bool_parsing":          "Input should be a valid boolean, unable to interpret input",
	"list_type":             "Input should be a valid list",
	"dict_type":             "Input should be a valid dictionary",
	"model_attributes_type": "Input should be a valid dictionary or object to extract fields from",
	"missing":               "Field required",
}

func fails(kind string, value any, place string) []failure {
	if kind == "" {
		return nil
	}
	return []failure{{kind, place, errorTexts[kind], value, ""}}
}

func anything(any, string) []failure { return nil }

func text(value any, place string) []failure {
	if isText(value) {
		return nil
	}
	return fails("string_type", value, place)
}

func whole(value any, place string) []failure {
	_, kind := wholeNumber(value)
	return fails(kind, value, place)
}

func real(value any, place string) []failure {
	_, kind := realNumber(value)
	return fails(kind, value, place)
}

func boolean(value any, place string) []failure {
	_, kind := truth(value)
	return fails(kind, value, place)
}

// atLeast and atMost bound an integer.
func atLeast(bound int64, inner check) check {
	return bounded(inner, "greater_than_equal", "greater", "ge", bound, -1)
}

func atMost(bound int64, inner check) check {
	return bounded(inner, "less_than_equal", "less", "le", bound, 1)
}

func bounded(inner check, kind, word, name string, bound int64, wrongSign int) check {
	return func(value any, place string) []failure {
		if found := inner(value, place); found != nil {
			return found
		}
		number, _ := wholeNumber(value)
		if number.Cmp(big.NewInt(bound)) != wrongSign {
			return nil
		}
		text := fmt.Sprintf("Input should be %s than or equal to %d", word, bound)
		return []failure{{kind, place, text, value, fmt.Sprintf("{'%s': %d}", name, bound)}}
	}
}

// within bounds a number.
func within(low, high float64) check {
	return func(value any, place string) []failure {
		number, kind := realNumber(value)
		switch {
		case kind != "":
			return fails(kind, value, place)
		case number < low:
			return []failure{{"greater_than_equal", place, fmt.Sprintf("Input should be greater than or equal to %g", low), value, fmt.Sprintf("{'ge': %s}", displayNumber(low))}}
		case number > high:
			return []failure{{"less_than_equal", place, fmt.Sprintf("Input should be less than or equal to %g", high), value, fmt.Sprintf("{'le': %s}", displayNumber(high))}}
		}
		return nil
	}
}

func oneOf(choices ...string) check {
	list := make([]string, len(choices))
	for index, choice := range choices {
		list[index] = "'" + choice + "'"
	}
	expected := strings.Join(list, ", ")
	if last := len(list) - 1; last > 0 {
		expected = strings.Join(list[:last], ", ") + " or " + list[last]
	}
	return func(value any, place string) []failure {
		if given, ok := value.(string); ok && slices.Contains(choices, given) {
			return nil
		}
		return []failure{{"literal_error", place, "Input should be " + expected, value, "{'expected': " + quoted(expected) + "}"}}
	}
}

func optional(inner check) check {
	return func(value any, place string) []failure {
		if value == nil {
			return nil
		}
		return inner(value, place)
	}
}

// either takes what one of the alternatives takes, or reports what all of them miss.
func either(alternatives ...check) check {
	return func(value any, place string) []failure {
		var all []failure
		for _, alternative := range alternatives {
			found := alternative(value, place)
			if found == nil {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
}

func listOf(inner check) check {
	return func(value any, place string) []failure {
		list, ok := value.([]any)
		if !ok {
			return fails("list_type", value, place)
		}
		var all []failure
		for index, each := range list {
			all = append(all, inner(each, fmt.Sprintf("%s.%d", place, index))...)
		}
		return all
	}
}

func shortList(most int, inner check) check {
	return func(value any, place string) []failure {
		if list, ok := value.([]any); ok && len(list) > most {
			text := fmt.Sprintf("List should have at most %d items after validation, not %d", most, len(list))
			context := fmt.Sprintf("{'field_type': 'List', 'max_length': %d, 'actual_length': %d}", most, len(list))
			return []failure{{"too_long", place, text, value, context}}
		}
		return listOf(inner)(value, place)
	}
}

func mapOf(inner check) check {
	return func(value any, place string) []failure {
		entries, ok := value.(map[string]any)
		if !ok {
			return fails("dict_type", value, place)
		}
		var all []failure
		for _, name := range sortedKeys(entries) {
			all = append(all, inner(entries[name], place+"."+name)...)
		}
		return all
	}
}

// field is one that a model declares; what a model does not declare is taken and ignored.
type field struct {
	name     string
	check    check
	required bool
}

// model checks an object's fields in the order in which vLLM declares them.
func model(fields ...field) check {
	return func(value any, place string) []failure {
		object, ok := value.(map[string]any)
		if !ok {
			return fails("model_attributes_type", value, place)
		}
		var all []failure
		for _, each := range fields {
			given, ok := object[each.name]
			if ok {
				all = append(all, each.check(given, place+"."+each.name)...)
			} else if each.required {
				all = append(all, fails("missing", value, place+"."+each.name)...)
			}
		}
		return all
	}
}

// untyped is the kind of refusal that comes from the types of fields.
const untyped = "Bad Request"

// vLLM reports so many errors of a request, and so much of each.
const reportedErrors, reportedInput, reportedError = 10, 200, 1000

// rejected is vLLM's answer to what pydantic does not take (serve/exception_handling/handlers/validation.py).
func rejected(failures []failure) *refusal {
	if len(failures) == 0 {
		return nil
	}
	label := "errors"
	if len(failures) == 1 {
		label = "error"
	}
	lines := []string{fmt.Sprintf("%d validation %s:", len(failures), label)}
	for _, each := range failures[:min(len(failures), reportedErrors)] {
		lines = append(lines, "  "+each.entry())
	}
	if more := len(failures) - reportedErrors; more > 0 {
		lines = append(lines, fmt.Sprintf("  ...and %d more errors", more))
	}
	return &refusal{http.StatusBadRequest, untyped, withoutPaths(strings.Join(lines, "\n")), failures[0].place}
}

func (found failure) entry() string {
	entry := fmt.Sprintf("{'type': '%s', 'loc': %s, 'msg': %s, 'input': %s", found.kind, quoted(found.place), quoted(found.text), quoted(summary(found.input)))
	if found.context != "" {
		entry += ", 'ctx': " + found.context
	}
	return shortened(entry+"}", reportedError)
}

func summary(value any) string {
	switch value := value.(type) {
	case []any:
		return fmt.Sprintf("<list of %d items>", len(value))
	case map[string]any:
		return fmt.Sprintf("<dict of %d items>", len(value))
	}
	return shortened(display(value), reportedInput)
}

func shortened(text string, most int) string {
	if characters := []rune(text); len(characters) > most {
		return string(characters[:most]) + "...[truncated]"
	}
	return text
}

var systemPath, otherPath = regexp.MustCompile(`/(?:home|usr|opt|var|tmp|root|lib|mnt|srv)(?:/[\w.\-]+)+`), regexp.MustCompile(`(?:/[\w\-]+)+/[\w\-]+\.\w+`)

// withoutPaths hides what looks like a path of the server's (serve/exception_handling/utils.py).
func withoutPaths(message string) string {
	return otherPath.ReplaceAllString(systemPath.ReplaceAllString(message, "<path>"), "<path>")
}
