// Reads queries of PromQL, an array of JSON, from stdin. Writes an array of what each names: its selectors with
// their labels, and the labels that it groups by; or why it is none.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

type selector struct {
	Metric string   `json:"metric"`
	Labels []string `json:"labels"`
}

type asked struct {
	Error     string     `json:"error"`
	Selectors []selector `json:"selectors"`
	Grouping  []string   `json:"grouping"`
}

func main() {
	var queries []string
	if err := json.NewDecoder(os.Stdin).Decode(&queries); err != nil {
		log.Fatal(err)
	}
	answers := make([]asked, 0, len(queries))
	for _, query := range queries {
		answers = append(answers, ask(query))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func ask(query string) asked {
	answer := asked{Selectors: []selector{}, Grouping: []string{}}
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		answer.Error = err.Error()
		return answer
	}
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		switch node := node.(type) {
		case *parser.VectorSelector:
			one := selector{Metric: node.Name, Labels: []string{}}
			for _, matcher := range node.LabelMatchers {
				if matcher.Name != labels.MetricName {
					one.Labels = append(one.Labels, matcher.Name)
				}
			}
			answer.Selectors = append(answer.Selectors, one)
		case *parser.AggregateExpr:
			answer.Grouping = append(answer.Grouping, node.Grouping...)
		}
		return nil
	})
	return answer
}
