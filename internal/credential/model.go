package credential

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// A check holds the value of one property to the data model.
type check func(value any) error

// modelChecks are the properties that W3C Verifiable Credentials Data Model
// 2.0 defines for a credential, by the section that does.
func modelChecks() map[string]check {
	return map[string]check{
		"@context":          checkContexts,                  // §4.3
		"id":                isURL,                          // §4.4
		"type":              isType("VerifiableCredential"), // §4.5
		"name":              isLanguageText,                 // §4.6
		"description":       isLanguageText,                 // §4.6
		"issuer":            isAgent,                        // §4.7
		"credentialSubject": each(isSubject),                // §4.8
		"validFrom":         isDateTime,                     // §4.9
		"validUntil":        isDateTime,                     // §4.9
		"credentialStatus":  each(hasType, isStatusEntry),   // §4.10
		"credentialSchema":  each(hasType, hasID),           // §4.11
		"proof":             each(hasType),                  // §4.12
		"relatedResource":   each(hasID, hasDigests),        // §5.3
		"refreshService":    each(hasType),                  // §5.4
		"termsOfUse":        each(hasType),                  // §5.5
		"evidence":          each(hasType),                  // §5.6
		"confidenceMethod":  each(hasType),                  // reserved, §5.9
		"renderMethod":      each(hasType),                  // reserved, §5.9
	}
}

// checkProperties holds the properties that are checked to what they are, and
// demands the required ones. It reports [ErrMalformed].
func checkProperties(document map[string]any, checks map[string]check, required ...string) error {
	for _, name := range required {
		if _, ok := document[name]; !ok {
			return fmt.Errorf("%w: no %s", ErrMalformed, name)
		}
	}
	for property, value := range document {
		if c, ok := checks[property]; ok {
			if err := c(value); err != nil {
				return fmt.Errorf("%w: %s: %w", ErrMalformed, property, err)
			}
		}
	}
	return nil
}

// checkModel holds a credential to the data model. It reports [ErrMalformed].
func checkModel(document map[string]any) error {
	if err := checkProperties(document, modelChecks(), "@context", "type", "issuer", "credentialSubject"); err != nil {
		return err
	}
	from, until := instantOf(document["validFrom"]), instantOf(document["validUntil"])
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		return fmt.Errorf("%w: validUntil lies before validFrom", ErrMalformed)
	}
	return nil
}

// each checks one object or a list of at least one. An id, where given, is an
// absolute address.
func each(checks ...func(map[string]any) error) check {
	return func(value any) error {
		objects, err := objectList(value)
		if err != nil {
			return err
		}
		for _, object := range objects {
			if id, ok := object["id"]; ok {
				if err := isURL(id); err != nil {
					return err
				}
			}
			for _, c := range checks {
				if err := c(object); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// objectList reads one object, or a list of at least one.
func objectList(value any) ([]map[string]any, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	objects := make([]map[string]any, 0, len(list))
	for _, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			return nil, errors.New("not an object or a list of objects")
		}
		objects = append(objects, object)
	}
	if len(objects) == 0 {
		return nil, errors.New("empty list")
	}
	return objects, nil
}

// texts reads one text, or a list of at least one.
func texts(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	out := make([]string, 0, len(list))
	for _, item := range list {
		text, ok := item.(string)
		if !ok || text == "" {
			return nil, errors.New("not a text or a list of texts")
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return nil, errors.New("empty list")
	}
	return out, nil
}

func checkContexts(value any) error {
	list, ok := value.([]any)
	if !ok || len(list) == 0 || list[0] != contextVC {
		return fmt.Errorf("the first context is not %s", contextVC)
	}
	for _, item := range list {
		switch c := item.(type) {
		case map[string]any:
		case string:
			if _, ok := contextFile(c); !ok {
				return fmt.Errorf("context %s is not bundled, and nothing is fetched", c)
			}
		default:
			return errors.New("a context is neither an address nor an object")
		}
	}
	return nil
}

func isURL(value any) error {
	text, ok := value.(string)
	if !ok {
		return errors.New("not an address")
	}
	return checkIRI(text)
}

// isType accepts types of which one is the name.
func isType(name string) check {
	return func(value any) error {
		types, err := texts(value)
		if err != nil {
			return err
		}
		if !slices.Contains(types, name) {
			return fmt.Errorf("no %s among the types", name)
		}
		return nil
	}
}

// isLanguageText accepts a text, or language objects (§11.1): a value and
// optionally its language and direction.
func isLanguageText(value any) error {
	if _, ok := value.(string); ok {
		return nil
	}
	objects, err := objectList(value)
	if err != nil {
		return errors.New("neither a text nor language objects")
	}
	for _, object := range objects {
		if _, ok := object["@value"].(string); !ok {
			return errors.New("language object without a text in @value")
		}
		for member, v := range object {
			_, text := v.(string)
			if !text || member != "@value" && member != "@language" && member != "@direction" {
				return fmt.Errorf("language object with member %q", member)
			}
		}
	}
	return nil
}

// isAgent accepts an address or an object whose id is one.
func isAgent(value any) error {
	if object, ok := value.(map[string]any); ok {
		return hasID(object)
	}
	return isURL(value)
}

func isSubject(object map[string]any) error {
	if len(object) == 0 {
		return errors.New("empty object")
	}
	return nil
}

func hasID(object map[string]any) error {
	id, ok := object["id"]
	if !ok {
		return errors.New("no id")
	}
	return isURL(id)
}

func hasType(object map[string]any) error {
	if _, err := texts(object["type"]); err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// isDateTime accepts an XML Schema dateTimeStamp: a date-time with an offset.
func isDateTime(value any) error {
	if instantOf(value).IsZero() {
		return errors.New("not a date-time with an offset from UTC")
	}
	return nil
}

// instantOf reads a date-time; it is zero for anything else.
func instantOf(value any) time.Time {
	text, _ := value.(string)
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// issuerID returns the issuer's identifier in a document that has passed
// checkModel.
func issuerID(document map[string]any) string { return agentID(document["issuer"]) }

// agentID returns the identifier of what isAgent accepts.
func agentID(agent any) string {
	if object, ok := agent.(map[string]any); ok {
		agent = object["id"]
	}
	id, _ := agent.(string)
	return id
}
