package pdf

// Attachments are the files embedded in a document by name, of those the
// caller asks for. Others are not unpacked. Of two with one name the first
// counts.
func (r *Reader) Attachments(names ...string) (map[string][]byte, error) {
	root, err := r.Root()
	if err != nil {
		return nil, err
	}
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[name] = true
	}
	var specs Array
	if tree, ok := r.Resolve(root["Names"]).(Dict); ok {
		specs = r.nameTree(tree["EmbeddedFiles"], map[Ref]bool{}, 0)
	}
	if associated, ok := r.Resolve(root["AF"]).(Array); ok {
		specs = append(specs, associated...)
	}
	files := map[string][]byte{}
	for _, object := range specs {
		name, stream := r.fileSpec(object)
		if _, found := files[name]; found || !wanted[name] || stream == nil {
			continue
		}
		data, err := r.Decode(stream)
		if err != nil {
			return nil, err
		}
		files[name] = data
	}
	return files, nil
}

// nameTree lists the values of a name tree (ISO 32000-1 §7.9.6), each node
// once.
func (r *Reader) nameTree(object any, seen map[Ref]bool, depth int) Array {
	if ref, ok := object.(Ref); ok {
		if seen[ref] {
			return nil
		}
		seen[ref] = true
	}
	node, ok := r.Resolve(object).(Dict)
	if !ok || depth > maxDepth {
		return nil
	}
	var values Array
	if pairs, ok := r.Resolve(node["Names"]).(Array); ok {
		for i := 1; i < len(pairs); i += 2 {
			values = append(values, pairs[i])
		}
	}
	if kids, ok := r.Resolve(node["Kids"]).(Array); ok {
		for _, kid := range kids {
			if _, ok := kid.(Ref); ok { // a kid is always indirect, which seen relies on
				values = append(values, r.nameTree(kid, seen, depth+1)...)
			}
		}
	}
	return values
}

// fileSpec is the name and data of an embedded file; stream is nil if the
// object is none.
func (r *Reader) fileSpec(object any) (name string, stream *Stream) {
	spec, ok := r.Resolve(object).(Dict)
	if !ok {
		return "", nil
	}
	embedded, ok := r.Resolve(spec["EF"]).(Dict)
	if !ok {
		return "", nil
	}
	for _, key := range []string{"UF", "F"} {
		text, isText := r.Resolve(spec[key]).(String)
		if s, ok := r.Resolve(embedded[key]).(*Stream); ok && stream == nil {
			stream = s
		}
		if isText && name == "" {
			name = DecodeText(text)
		}
	}
	return name, stream
}
