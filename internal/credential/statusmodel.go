package credential

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// isStatusEntry holds a credentialStatus of type BitstringStatusListEntry to
// W3C Bitstring Status List 1.0, §2.1: a reader must not guess what a malformed
// entry means (§3). Other types are not known here.
func isStatusEntry(object map[string]any) error {
	if types, err := texts(object["type"]); err != nil || !slices.Contains(types, statusEntryType) {
		return err
	}
	list, _ := object["statusListCredential"].(string)
	if err := checkIRI(list); err != nil {
		return fmt.Errorf("statusListCredential: %w", err)
	}
	if object["id"] == list {
		return errors.New("the id is that of the status list")
	}
	if purpose, _ := object["statusPurpose"].(string); purpose == "" {
		return errors.New("statusPurpose is not a text")
	}
	index, _ := object["statusListIndex"].(string)
	if n, err := strconv.ParseUint(index, 10, 63); err != nil || strconv.FormatUint(n, 10) != index {
		return errors.New("statusListIndex is not a whole number in a text")
	}
	return isStatusSize(object)
}

// maxStatusSize is the most bits that an entry is read with: it names a message
// for each value they can hold.
const maxStatusSize = 16

// isStatusSize checks the members of an entry of more than one bit.
func isStatusSize(object map[string]any) error {
	size := 1.0
	if value, ok := object["statusSize"]; ok {
		if size, ok = value.(float64); !ok || size < 1 || size > maxStatusSize || size != float64(int(size)) {
			return fmt.Errorf("statusSize is not a whole number from 1 to %d", maxStatusSize)
		}
	}
	value, ok := object["statusMessage"]
	if !ok && size == 1 {
		return nil
	}
	messages, err := objectList(value)
	if err != nil || len(messages) != 1<<int(size) {
		return fmt.Errorf("statusMessage is not a list of %d", 1<<int(size))
	}
	for _, m := range messages {
		status, _ := m["status"].(string)
		if _, err := strconv.ParseUint(status, 0, 64); err != nil {
			return errors.New("statusMessage: status is not a number in a text")
		}
		if _, ok := m["message"].(string); !ok {
			return errors.New("statusMessage: message is not a text")
		}
	}
	return nil
}

// statusEntries returns the entries in lists of one bit that a document which
// has passed checkModel names, whoever publishes them.
func statusEntries(document map[string]any) []StatusEntry {
	objects, err := objectList(document["credentialStatus"])
	if err != nil {
		return nil
	}
	var entries []StatusEntry
	for _, o := range objects {
		if types, err := texts(o["type"]); err != nil || !slices.Contains(types, statusEntryType) {
			continue
		}
		purpose, _ := o["statusPurpose"].(string)
		list, _ := o["statusListCredential"].(string)
		text, _ := o["statusListIndex"].(string)
		index, err := strconv.Atoi(text)
		if err != nil || o["statusSize"] != nil && o["statusSize"] != 1.0 {
			continue
		}
		entries = append(entries, StatusEntry{Purpose: Purpose(purpose), List: list, Index: index})
	}
	return entries
}
