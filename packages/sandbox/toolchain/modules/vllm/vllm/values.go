package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// display writes a value as Python's str() does.
func display(value any) string {
	switch value := value.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[value]
	case float64:
		return displayNumber(value)
	case json.Number:
		if isReal(value) {
			number, _ := value.Float64()
			return displayNumber(number)
		}
		return value.String()
	case []any:
		parts := make([]string, len(value))
		for index, each := range value {
			if parts[index] = display(each); isText(each) {
				parts[index] = quoted(parts[index])
			}
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return fmt.Sprint(value)
	}
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

// isNumber takes a boolean for one, as Python does.
func isNumber(value any) bool {
	switch value.(type) {
	case json.Number, bool:
		return true
	}
	return false
}

// isReal tells 1.0 from 1, as Python's JSON does.
func isReal(value json.Number) bool {
	return strings.ContainsAny(value.String(), ".eE")
}

func displayNumber(value float64) string {
	if math.IsInf(value, 0) {
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(value, 'g', -1, 64)), "+")
	}
	text := strconv.FormatFloat(value, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// quoted writes a text as Python's repr() does.
func quoted(text string) string {
	quote := "'"
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = `"`
	}
	replacer := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, quote, `\`+quote)
	return quote + replacer.Replace(text) + quote
}

func sortedKeys(object map[string]any) []string {
	return slices.Sorted(maps.Keys(object))
}

// truthy says whether Python takes a value for true.
func truthy(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case bool:
		return value
	case string:
		return value != ""
	case json.Number:
		number, _ := value.Float64()
		return number != 0
	case []any:
		return len(value) > 0
	case map[string]any:
		return len(value) > 0
	}
	return true
}

// Digits beyond which Python reads no integer.
const longestInteger = 4300

// wholeNumber reads an integer as pydantic does; otherwise it says which of pydantic's errors it is.
func wholeNumber(value any) (*big.Int, string) {
	text, isString := value.(string)
	switch value := value.(type) {
	case bool:
		return big.NewInt(map[bool]int64{true: 1}[value]), ""
	case json.Number:
		text = value.String()
	case string:
		text = strings.TrimSpace(value)
	default:
		return nil, "int_type"
	}
	if len(text) > longestInteger {
		return nil, "int_parsing_size"
	}
	if whole, ok := new(big.Int).SetString(text, 10); ok {
		return whole, ""
	}
	number, err := strconv.ParseFloat(text, 64)
	switch {
	case isString && strings.ContainsAny(text, "eExX"):
		return nil, "int_parsing"
	case math.IsInf(number, 0):
		return nil, "finite_number"
	case err == nil && number == math.Trunc(number):
		whole, _ := big.NewFloat(number).Int(nil)
		return whole, ""
	case isString:
		return nil, "int_parsing"
	}
	return nil, "int_from_float"
}

// realNumber reads a number as pydantic does; otherwise it says which of pydantic's errors it is.
func realNumber(value any) (float64, string) {
	switch value := value.(type) {
	case bool:
		return map[bool]float64{true: 1}[value], ""
	case json.Number:
		number, _ := value.Float64()
		return number, ""
	case string:
		if number, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && !strings.ContainsAny(value, "xX") {
			return number, ""
		}
		return 0, "float_parsing"
	}
	return 0, "float_type"
}

var trueTexts, falseTexts = []string{"1", "true", "t", "yes", "y", "on"}, []string{"0", "false", "f", "no", "n", "off"}

// truth reads a boolean as pydantic does; otherwise it says which of pydantic's errors it is.
func truth(value any) (bool, string) {
	switch value := value.(type) {
	case bool:
		return value, ""
	case json.Number:
		number, _ := value.Float64()
		switch {
		case number == 0 || number == 1:
			return number == 1, ""
		case isReal(value):
			return false, "bool_type"
		}
		return false, "bool_parsing"
	case string:
		text := strings.ToLower(value)
		if slices.Contains(trueTexts, text) {
			return true, ""
		}
		if slices.Contains(falseTexts, text) {
			return false, ""
		}
		return false, "bool_parsing"
	}
	return false, "bool_type"
}

// body is a request's JSON object, which was checked.
type body map[string]any

func (request body) text(name string) string {
	text, _ := request[name].(string)
	return text
}

// is reads a boolean. A missing or null one is false.
func (request body) is(name string) bool {
	value, _ := truth(request[name])
	return value
}

// whole reads an integer, as far as 64 bits reach; nil is a missing or null one.
func (request body) whole(name string) *int64 {
	value, kind := wholeNumber(request[name])
	if kind != "" {
		return nil
	}
	result := value.Int64()
	if !value.IsInt64() {
		result = int64(math.MaxInt64) * int64(value.Sign())
	}
	return &result
}

// number reads a number; a missing or null one is the other.
func (request body) number(name string, other float64) float64 {
	value, kind := realNumber(request[name])
	if kind != "" {
		return other
	}
	return value
}

func (request body) list(name string) []any {
	list, _ := request[name].([]any)
	return list
}
