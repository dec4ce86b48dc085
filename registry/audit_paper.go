package registry

import (
	"context"
	"slices"
)

// papers compares the papers of a certificate with those the log tells of
// (which there were, in what order, from which version on, in whose name), and
// what the status lists tell of each with what they must tell.
func (p *AuditReport) papers(ctx context.Context, rd Reader, cert Certificate, logged []Print, lists map[int]StatusList) error {
	prints, err := rd.Prints(ctx, cert.Number)
	if err != nil {
		return p.unreadable(ctx, cert.Number)
	}
	if !slices.EqualFunc(prints, logged, func(a, b Print) bool {
		return a.Paper == b.Paper && a.Version == b.Version && a.Holder == b.Holder
	}) {
		p.add(Discrepancy{Certificate: cert.Number, Kind: "papers-differ", Detail: say("%s 的纸质证书与透明日志所载不同。", "The papers of %s are not those the transparency log tells of.", cert.Number)})
		return nil
	}
	for _, paper := range prints {
		list, ok := lists[paper.Place.List]
		if !ok {
			if list, err = rd.StatusList(ctx, paper.Place.List); err != nil {
				return p.unreadable(ctx, cert.Number)
			}
			lists[paper.Place.List] = list
		}
		if !list.tells(paper.Place, cert) {
			p.add(Discrepancy{Certificate: cert.Number, Kind: "status-list-differs", Detail: say("状态列表所示与 %s 的状态不符。", "The status lists do not tell what %s is.", cert.Number)})
			return nil
		}
	}
	return nil
}

// tells reports whether the list tells of a place of the certificate what is
// so: revoked for a superseded paper, else the certificate's status. Papers
// printed before each had a place of its own share that of the next.
func (l StatusList) tells(place Place, cert Certificate) bool {
	_, revoked := slices.BinarySearch(l.Revoked, place.Index)
	_, suspended := slices.BinarySearch(l.Suspended, place.Index)
	if place != cert.Place {
		return revoked && !suspended
	}
	return revoked == (cert.Status == StatusWithdrawn || cert.Status == StatusCancelled) && suspended == (cert.Status == StatusSuspended)
}
