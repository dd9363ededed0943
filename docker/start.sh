#!/usr/bin/env bash
# Create the database at the first start, then run what was asked for.
set -euo pipefail

export PGPASSWORD
PGPASSWORD=$(<"$PGPASSWORD_FILE")

# The password of Odoo's database manager: random, as the manager is switched off.
ODOO_RC=$(mktemp)
export ODOO_RC
cat /etc/odoo/odoo.conf >"$ODOO_RC"
echo "admin_passwd = $(head -c 24 /dev/urandom | base64)" >>"$ODOO_RC"

query() {
  psql --no-psqlrc --tuples-only --no-align --dbname "$1" --command "$2"
}

if [[ $1 == odoo ]]; then
  if [[ -z $(query postgres "SELECT 1 FROM pg_database WHERE datname = 'collections'") ]]; then
    odoo db init collections --language en_US --password "$(<"$ADMIN_PASSWORD_FILE")"
  fi
  installed="SELECT 1 FROM ir_module_module
    WHERE name = 'collections_disputes' AND state = 'installed'"
  if [[ -z $(query collections "$installed") ]]; then
    odoo --database collections --init collections_dunning,collections_disputes \
      --load-language fr_FR --stop-after-init --no-http
  fi
fi
exec "$@"
