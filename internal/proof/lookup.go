package proof

import (
	"fmt"
	"net/url"

	"github.com/certreg/certreg/internal/document"
)

// MaxLookUps is how many addresses certificates can name beside the register's own.
const MaxLookUps = document.MaxLookUps - 1

// A LookUpError says which address cannot stand on a certificate.
type LookUpError struct {
	Place   int // among those of [Config.LookUps], from 1, beyond [MaxLookUps] there is no room; 0 is the register's own
	Address string
}

func (e *LookUpError) Error() string {
	if e.Place == 0 {
		return fmt.Sprintf("proof: public address %s is too long to stand on a certificate: at most %d characters with /verify", e.Address, document.MaxAddress)
	}
	if e.Place > MaxLookUps {
		return fmt.Sprintf("proof: look-up address %d: certificates have room for %d", e.Place, MaxLookUps)
	}
	return fmt.Sprintf("proof: look-up address %d: %q is no https address of at most %d ASCII characters", e.Place, e.Address, document.MaxAddress)
}

// lookUps are the addresses that certificates print (人社鉴发〔2021〕1号): the
// register's own, which must fit too, and further ones. It reports a
// [*LookUpError].
func lookUps(base string, further []string) ([]document.LookUp, error) {
	own := base + "/verify"
	if len(own) > document.MaxAddress {
		return nil, &LookUpError{Address: base}
	}
	all := []document.LookUp{{Label: "证书查询", LabelEN: "Certificate look-up", Address: own}}
	for i, address := range further {
		if i >= MaxLookUps || !isPrintable(address) {
			return nil, &LookUpError{Place: i + 1, Address: address}
		}
		all = append(all, document.LookUp{Label: "另可查询", LabelEN: "See also", Address: address})
	}
	return all, nil
}

// isPrintable says whether an address can be typed from paper as it stands
// there, and leads to a site of its own name.
func isPrintable(address string) bool {
	if len(address) > document.MaxAddress {
		return false
	}
	for _, r := range address {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil
}
