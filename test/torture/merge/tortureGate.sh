#!/bin/sh
# A gate that writes down which tree it saw, and whether HEAD, index and files were that tree: a line of JSON in the file
# named first, with the name of the gate, which is the third. It takes as many seconds as are named second, and fails where a
# file of the tree says `RED`, of those that are named after these, or of all.
log=$1 seconds=$2 gate=$3
shift 3
passed=true
git grep --quiet -w RED HEAD -- "$@" && passed=false
changes=$(git status --porcelain) || exit 1
# What stands in a string of JSON, on one line.
changes=$(printf '%s' "$changes" | sed 's/[\\"]/\\&/g' | tr '\n' ' ')
tree=$(git rev-parse 'HEAD^{tree}')
sleep "$seconds"
printf '{"gate":"%s","tree":"%s","changes":"%s","passed":%s}\n' "$gate" "$tree" "$changes" "$passed" >>"$log"
echo '# tests 1'
$passed
