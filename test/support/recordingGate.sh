#!/bin/sh
# A gate that proves what it was run on: it appends what git says of its own folder to the file named first.
# Further words: `wait FILE` keeps it running until FILE exists; `exit N` ends it with that code.
# A script of the shell, because hundreds of gates run in the tests and Node takes forty times as long to start as git.
record=$1
shift

# What stands in a string of JSON, on one line.
text() { printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr '\n' ' '; }

changes=$(git status --porcelain --ignored) || exit 1
printf '{"pid":%d,"cwd":"%s","head":"%s","headTree":"%s","indexTree":"%s","changes":"%s","fileCount":%d}\n' \
  $$ "$(text "$(pwd -P)")" "$(git rev-parse HEAD)" "$(git rev-parse 'HEAD^{tree}')" "$(git write-tree)" \
  "$(text "$changes")" "$(git ls-files -s | wc -l)" >>"$record"

code=0
while [ $# -gt 1 ]; do
  case $1 in
    wait) until [ -e "$2" ]; do sleep 0.02; done ;;
    exit) code=$2 ;;
  esac
  shift 2
done
echo '# tests 1'
exit "$code"
