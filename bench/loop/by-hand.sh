#!/bin/sh
# Profile-guided optimisation by hand, as LLVM's documentation describes it (Clang user's manual, "Profiling with
# instrumentation"): build with -fprofile-generate, run on a workload, merge, build with -fprofile-use.
#
# In: SOURCE (a copy of the program's source), WORK (an empty folder), DATABASE, PATHS (a list of request paths, one a line),
#     SECONDS_TO_RUN, RATE (requests a second), PORT, CC, CFLAGS, LDFLAGS, LLVM_BIN
# Out: $WORK/optimised/build/query-service; each step's wall time on standard output.
set -eu

step() { printf '%s %s\n' "$1" "$(date +%s.%N)"; }

step start
cp -r "$SOURCE" "$WORK/source"
cd "$WORK/source"
make -s -j2 CC="$CC" CFLAGS="$CFLAGS -fprofile-generate" LDFLAGS="$LDFLAGS" SQLITE_DIR=third_party/sqlite3
step built-instrumented

LLVM_PROFILE_FILE="$WORK/%m.profraw" build/query-service serve --port "$PORT" --database "$DATABASE" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
until curl -sf "http://127.0.0.1:$PORT/healthz" >/dev/null; do sleep 0.05; done
sed "s#^#http://127.0.0.1:$PORT#" "$PATHS" >"$WORK/urls.txt"
h2load --h1 -c 4 --rps "$((RATE / 4))" -D "$SECONDS_TO_RUN" -i "$WORK/urls.txt" >"$WORK/h2load.txt"
kill -TERM "$server"
wait "$server"
trap - EXIT
step ran

"$LLVM_BIN/llvm-profdata" merge -o "$WORK/merged.profdata" "$WORK"/*.profraw
step merged

make -s clean
make -s -j2 CC="$CC" CFLAGS="$CFLAGS -fprofile-use=$WORK/merged.profdata" LDFLAGS="$LDFLAGS" SQLITE_DIR=third_party/sqlite3
mkdir -p "$WORK/optimised"
cp build/query-service "$WORK/optimised/"
step built-optimised
