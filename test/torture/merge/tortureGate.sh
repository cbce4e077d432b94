#!/bin/sh
# A gate that writes down which tree it saw, and whether HEAD, index and files were that tree: a line of JSON in the file
# named first. It fails where a file of the tree says `RED`, and takes as many seconds as are named second.
passed=true
git grep --quiet -w RED HEAD && passed=false
changes=$(git status --porcelain) || exit 1
# What stands in a string of JSON, on one line.
changes=$(printf '%s' "$changes" | sed 's/[\\"]/\\&/g' | tr '\n' ' ')
tree=$(git rev-parse 'HEAD^{tree}')
sleep "${2:-0}"
printf '{"tree":"%s","changes":"%s","passed":%s}\n' "$tree" "$changes" "$passed" >>"$1"
echo '# tests 1'
$passed
