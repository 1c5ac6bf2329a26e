#!/bin/sh
# Fetches the newest whole copy from the bucket, for the drill: what is tried is what there would be after the cluster is lost.
set -eu
whole=$(rclone lsf --recursive --files-only --include '/[0-9]*/checksums' "$TARGET")
newest=$(echo "$whole" | sort | tail -n 1)
if [ -z "$newest" ]; then
  echo "There is no copy in the bucket." >&2
  exit 1
fi
name=${newest%/checksums}
rm -rf "$COPIES"
mkdir -p "$COPIES"
rclone copy "$TARGET/$name" "$COPIES/$name"
echo "fetched $name from the bucket"
