#!/usr/bin/env bash
# Run every linter to its end; fail if one of them did.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/var/venv/bin:$PATH"
shopt -s nullglob
addons=(addons/*/__manifest__.py)
addons=("${addons[@]%/__manifest__.py}")
translations=(addons/*/i18n/*.po addons/*/i18n/*.pot)
failed=()

check() {
  local name=$1
  shift
  echo "==> $name"
  "$@" || failed+=("$name")
}

check "ruff check" ruff check --quiet .
check "ruff format" ruff format --check --quiet .
if ((${#addons[@]})); then
  # Large models are split into files on purpose; one README describes all addons.
  # (Not in pyproject.toml: there the group "odoolint" would enable them again.)
  check "pylint-odoo" pylint \
    --disable=consider-merging-classes-inherited,missing-readme "${addons[@]}"
  check "oca-checks-odoo-module" oca-checks-odoo-module "${addons[@]}"
fi
if ((${#translations[@]})); then
  check "oca-checks-po" oca-checks-po "${translations[@]}"
fi

if ((${#failed[@]})); then
  printf -v names '%s, ' "${failed[@]}"
  echo "error: lint failed: ${names%, }" >&2
  exit 1
fi
echo "lint: all passed"
