# Makes the database on first start, then serves. Each start sets the users' passwords to those mounted.
# From the environment: DATA (its files), PASSWORDS_DIR (a file a user), TLS (ca.crt, tls.crt, tls.key), PORT (3306).
set -eu
umask 077
run=$(mktemp -d)

if [ ! -d "$DATA/mysql" ]; then
  mariadb-install-db --no-defaults --datadir="$DATA" --auth-root-authentication-method=socket --skip-test-db >"$run/install.log" ||
    { cat "$run/install.log"; exit 1; }
fi

user() { # name, database, privileges
  password=$(cat "$PASSWORDS_DIR/$1")
  case "$password" in *[!A-Za-z0-9_-]*) echo "$PASSWORDS_DIR/$1: only letters, digits, - and _" >&2; exit 1 ;; esac
  echo "CREATE USER IF NOT EXISTS '$1'@'%';"
  echo "ALTER USER '$1'@'%' IDENTIFIED BY '$password' REQUIRE SSL;"
  echo "GRANT $3 ON \`$2\`.* TO '$1'@'%';"
}
for database in usermgmt notification; do
  echo "CREATE DATABASE IF NOT EXISTS \`$database\` CHARACTER SET utf8mb4;"
  user "${database}_app" "$database" "SELECT, INSERT, UPDATE, DELETE"
  user "${database}_migrator" "$database" "ALL PRIVILEGES"
done >"$run/users.sql"

exec mariadbd --no-defaults --datadir="$DATA" --tmpdir="$run" --socket="$run/mariadb.sock" --pid-file="$run/mariadb.pid" \
  --init-file="$run/users.sql" --bind-address="${BIND:-0.0.0.0}" --port="${PORT:-3306}" --skip-name-resolve \
  --require-secure-transport=ON --ssl-ca="$TLS/ca.crt" --ssl-cert="$TLS/tls.crt" --ssl-key="$TLS/tls.key" \
  --innodb-buffer-pool-size=64M --performance-schema=OFF
