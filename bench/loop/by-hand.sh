#!/bin/sh
# Profile-guided optimisation by hand, as LLVM's documentation describes it (Clang user's manual, "Profiling with
# instrumentation"): build with -fprofile-generate, run on a workload, merge, build with -fprofile-use.
#
# In: SOURCE (a tar archive of the program's source), WORK (an empty folder), DATABASE, PORT, CORE (to run the instrumented
#     program on), CC, AR, CFLAGS, LDFLAGS, PROFDATA (llvm-profdata), WORKLOAD (a command: waits until PORT answers, then
#     sends the requests)
# Out: $WORK/query-service; when each step ended, in seconds since 1970, on standard output
set -eu

step() { printf '%s %s\n' "$1" "$(date +%s.%N)"; }
build() { make -s -j2 CC="$CC" AR="$AR" CFLAGS="$CFLAGS $1" LDFLAGS="$LDFLAGS"; }

step start
mkdir "$WORK/source"
cd "$WORK/source"
tar -xf "$SOURCE"
step unpacked

build -fprofile-generate
step built-instrumented

LLVM_PROFILE_FILE="$WORK/%m.profraw" taskset -c "$CORE" build/query-service serve --port "$PORT" --database "$DATABASE" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
sh -c "$WORKLOAD"
kill -TERM "$server"
wait "$server"
trap - EXIT
step ran

"$PROFDATA" merge -o "$WORK/merged.profdata" "$WORK"/*.profraw
step merged

make -s clean
build "-fprofile-use=$WORK/merged.profdata"
cp build/query-service "$WORK/query-service"
step built-optimised
