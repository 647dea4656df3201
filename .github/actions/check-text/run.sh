#!/usr/bin/env bash
# Checks the texts of a repository; action.yml sets ENGINE, FILES, SITE, COPY, SHA256 and DAY.
set -euo pipefail

if [ -n "$COPY" ]; then
  [ -n "$SHA256" ] || { echo "Name the SHA-256 of the copy, too." >&2; exit 2; }
  curl --fail --silent --show-error --location --proto '=https,file' --output copy.tar "$COPY"
  echo "$SHA256  copy.tar" | sha256sum --check --quiet
  mkdir -p "$SITE"
  tar --extract --file copy.tar --directory "$SITE" --no-same-owner
  rm copy.tar
  # A packed copy has its site in a folder, a bag in data/site.
  found=$(find "$SITE" -type d -name check-index -print -quit)
  SITE=$(dirname "${found:-$SITE/.}")
fi

python -m venv --clear "${RUNNER_TEMP:-/tmp}/check-text"
python="${RUNNER_TEMP:-/tmp}/check-text/bin/python"
requirement=$(grep --max-count=1 --only-matching 'lxml==[0-9.]*' "$ENGINE/pyproject.toml")
"$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$requirement"

# shellcheck disable=SC2086 - patterns are parted by spaces
mapfile -d "" texts < <(git ls-files -z --deduplicate -- $FILES)
[ "${#texts[@]}" -gt 0 ] || { echo "There are no such texts."; exit 0; }
PYTHONPATH="$ENGINE" "$python" -m archive check-text --site "$SITE" ${DAY:+--date "$DAY"} \
  -- "${texts[@]}"
