#!/bin/sh
# Tests mvnw without a network, on a copy of it and under a temporary home. Needs Maven (once, to fetch the pinned
# archive through its own repository client), a JDK and the usual tools. Usage: .mvn/wrapper/test-mvnw.sh [ARCHIVE]
# MVNW_TEST_SHELL names the shell to test with; the default is sh.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
shell=$(command -v "${MVNW_TEST_SHELL:-sh}")
work=$(mktemp -d "${TMPDIR:-/tmp}/test mvnw.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
failures=0

url=$(sed -n 's/^distributionUrl=//p' "$root/.mvn/wrapper/maven-wrapper.properties")
archive=${url##*/}
name=${archive%-bin.tar.gz}
version=${name#apache-maven-}

# A mirror as the real one is laid out.
mirror=$work/mirror/$version/binaries
mkdir -p "$mirror"
if [ $# -gt 0 ]; then
  cp "$1" "$mirror/$archive"
else
  mvn -q -B dependency:copy -Dartifact="org.apache.maven:apache-maven:$version:tar.gz:bin" \
    -DoutputDirectory="$mirror" >/dev/null
fi
mirror_url=$(printf 'file://%s/mirror' "$work" | sed 's/ /%20/g')
nowhere=file:///nonexistent/mirror

# The project under test, in a folder whose name has a space.
project="$work/a project"
mkdir -p "$project/module"
cp -R "$root/.mvn" "$root/mvnw" "$project/"

# Every tool of this machine but Maven; then the same without curl; then without wget too, nor a SHA-512 tool.
link_tools() {
  mkdir "$1"
  (
    IFS=:
    for directory in $PATH; do
      [ -d "$directory" ] || continue
      for tool in "$directory"/*; do
        [ -e "$1/${tool##*/}" ] || ln -s "$tool" "$1/${tool##*/}" 2>/dev/null || :
      done
    done
  )
  rm -f "$1/mvn" "$1/mvnDebug"
}
java_home=${JAVA_HOME:-$(java -XshowSettings:properties -version 2>&1 | sed -n 's/.*java\.home = //p')}
tools=$work/tools
link_tools "$tools"
cp -R -P "$tools" "$work/no-curl"
rm -f "$work/no-curl/curl"
cp -R -P "$work/no-curl" "$work/java-only"
rm -f "$work/java-only/wget" "$work/java-only/sha512sum" "$work/java-only/shasum"
old=$work/old
mkdir "$old"
printf '#!/bin/sh\necho "Apache Maven 3.6.3 (x)"\n' >"$old/mvn"
chmod +x "$old/mvn"
broken=$work/broken
mkdir "$broken"
printf '#!/bin/sh\nexit 1\n' >"$broken/mvn"
chmod +x "$broken/mvn"

# run PATH MIRROR [NAME=VALUE...]: mvnw -v in $in with home $home; sets status, output in $work/out.
in=$project
home=$work/home
run() {
  run_path=$1
  run_mirror=$2
  shift 2
  status=0
  (
    cd "$in"
    env -i PATH="$run_path" HOME="$home" JAVA_HOME="$java_home" MVNW_DIST_URL="$run_mirror" "$@" \
      "$shell" "$project/mvnw" -v
  ) >"$work/out" 2>&1 || status=$?
}

fresh_home() {
  home=$work/home.$1
  mkdir "$home"
}

check() {
  if eval "$2"; then
    printf 'ok      %s\n' "$1"
  else
    printf 'FAILED  %s\n' "$1"
    sed 's/^/          /' "$work/out"
    failures=$((failures + 1))
  fi
}

ran() {
  [ "$status" -eq 0 ] && grep -q 'Maven home:' "$work/out"
}

ran_pinned() {
  [ "$status" -eq 0 ] && grep -q "Apache Maven $version" "$work/out" && grep -q "Maven home: $home/.m2/wrapper/dists/$name-" "$work/out"
}

nothing_left() {
  [ -z "$(ls -A "$home")" ]
}

fresh_home installed
if command -v mvn >/dev/null 2>&1; then
  run "$PATH" "$nowhere"
  check 'an installed Maven is used and nothing is downloaded' 'ran && nothing_left'
  in=$project/module
  run "$PATH" "$nowhere"
  check 'it works from a subdirectory' 'ran && nothing_left'
  in=$project
else
  printf 'skipped an installed Maven is used: none on the PATH\n'
fi

fresh_home download
run "$tools" "$mirror_url"
check 'without Maven, the pinned release is downloaded, verified and run' ran_pinned
check 'the download leaves no temporary folder' '[ "$(ls -A "$home/.m2/wrapper/dists" | wc -l)" -eq 1 ]'
run "$tools" "$nowhere"
check 'the second run needs no download' ran_pinned
in=$project/module
run "$tools" "$nowhere"
check 'the downloaded release works from a subdirectory' ran_pinned
in=$project
pinned=$(ls -d "$home/.m2/wrapper/dists/$name"-*)

fresh_home maven-home
run "$tools" "$nowhere" MAVEN_HOME="$pinned"
check 'MAVEN_HOME is honoured' 'ran && nothing_left && grep -q "Maven home: $pinned" "$work/out"'
run "$tools" "$nowhere" M2_HOME="$pinned"
check 'M2_HOME is honoured' 'ran && nothing_left && grep -q "Maven home: $pinned" "$work/out"'
run "$tools" "$nowhere" MAVEN_HOME="$work/none" M2_HOME="$pinned"
check 'a MAVEN_HOME that does not exist is passed over' 'ran && nothing_left'

fresh_home old
run "$old:$tools" "$mirror_url"
check 'a Maven that is too old is not used, and the user is told' 'ran_pinned && grep -q "installed mvn is 3.6.3" "$work/out"'
fresh_home broken
run "$broken:$tools" "$mirror_url"
check 'a Maven that does not start is not used' ran_pinned

fresh_home java
run "$work/java-only" "$mirror_url"
check 'without curl, wget and sha512sum, Java does their work' ran_pinned

fresh_home user-home
run "$tools" "$mirror_url" MAVEN_USER_HOME="$work/user home"
check 'MAVEN_USER_HOME says where downloads are kept' '[ "$status" -eq 0 ] && nothing_left && [ -d "$work/user home/wrapper/dists" ]'

if command -v wget >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1; then
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  python3 -m http.server --bind 127.0.0.1 --directory "$work/mirror" "$port" >/dev/null 2>&1 &
  server=$!
  sleep 2
  fresh_home wget
  run "$work/no-curl" "http://127.0.0.1:$port"
  check 'without curl, wget downloads over HTTP' ran_pinned
  fresh_home curl
  run "$tools" "http://127.0.0.1:$port/"
  check 'curl downloads over HTTP, a slash at the end of the mirror does not matter' ran_pinned
  kill "$server"
else
  printf 'skipped downloads over HTTP: no wget or no python3\n'
fi

fresh_home race
run_in_race() {
  (cd "$project" && env -i PATH="$tools" HOME="$home" JAVA_HOME="$java_home" MVNW_DIST_URL="$mirror_url" \
    "$shell" "$project/mvnw" -v) >"$work/race.$1" 2>&1
}
status=0
run_in_race 1 &
first=$!
run_in_race 2 || status=$?
wait "$first" || status=$?
cat "$work/race.1" "$work/race.2" >"$work/out"
check 'two at once both succeed and leave one installation' \
  'ran_pinned && [ "$(ls -A "$home/.m2/wrapper/dists" | wc -l)" -eq 1 ]'

fresh_home damaged
mkdir -p "$home/.m2/wrapper/dists/${pinned##*/}"
run "$tools" "$nowhere"
check 'a damaged installation is explained' '[ "$status" -ne 0 ] && grep -q "is damaged" "$work/out"'

fresh_home unreachable
run "$tools" "$nowhere"
check 'an unreachable archive fails clearly and leaves nothing' \
  '[ "$status" -ne 0 ] && nothing_left && grep -q "could not download" "$work/out"'

for path in tools java-only; do
  fresh_home "wrong-$path"
  cp "$project/.mvn/wrapper/maven-wrapper.properties" "$work/properties"
  sed 's/^\(distributionSha512Sum=\).*/\10000/' "$work/properties" >"$project/.mvn/wrapper/maven-wrapper.properties"
  run "$work/$path" "$mirror_url"
  cp "$work/properties" "$project/.mvn/wrapper/maven-wrapper.properties"
  check "a wrong checksum fails clearly and leaves nothing ($path)" \
    '[ "$status" -ne 0 ] && nothing_left && grep -q "SHA-512 mismatch" "$work/out" && ! grep -q "Maven home" "$work/out"'
done

fresh_home truncated
mkdir -p "$work/short/$version/binaries"
head -c 100000 "$mirror/$archive" >"$work/short/$version/binaries/$archive"
run "$tools" "$(printf '%s' "$mirror_url" | sed 's,/mirror$,/short,')"
check 'a truncated archive is refused' '[ "$status" -ne 0 ] && nothing_left && grep -q "SHA-512 mismatch" "$work/out"'

fresh_home no-java
run "$tools" "$mirror_url" JAVA_HOME="$work/none"
check 'a wrong JAVA_HOME is explained' '[ "$status" -ne 0 ] && nothing_left && grep -q "JAVA_HOME" "$work/out"'

fresh_home arguments
mkdir "$work/echo"
cat >"$work/echo/mvn" <<'STUB'
#!/bin/sh
if [ "$*" = -v ]; then echo 'Apache Maven 3.10.0'; else printf '<%s>' "$@"; exit 7; fi
STUB
chmod +x "$work/echo/mvn"
status=0
(cd "$project" && env -i PATH="$work/echo:$tools" HOME="$home" JAVA_HOME="$java_home" \
  "$shell" ./mvnw '-Dx=a  b $c' '*' "it's") >"$work/out" 2>&1 || status=$?
printf '%s' "<-Dx=a  b \$c><*><it's>" >"$work/expected"
check 'arguments and the exit status arrive as they are' '[ "$status" -eq 7 ] && cmp -s "$work/out" "$work/expected"'

if [ "$failures" -gt 0 ]; then
  printf '%s of the tests failed\n' "$failures"
  exit 1
fi
printf 'all passed, with %s\n' "$shell"
