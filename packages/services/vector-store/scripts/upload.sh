#!/bin/sh
# Sends the newest copy to the bucket, its checksums last, which mark it as whole; then removes what is older than the copies that are kept.
set -eu
# The names are times: the newest comes last.
for newest in "$COPIES"/[0-9]*; do :; done
if [ ! -d "$newest" ]; then
  echo "There is no copy to send." >&2
  exit 1
fi
name=$(basename "$newest")
rclone copy --exclude checksums "$newest" "$TARGET/$name"
rclone copyto "$newest/checksums" "$TARGET/$name/checksums"
# Only whole copies count: one that was cut off must push out none that could be restored.
whole=$(rclone lsf --recursive --files-only --include '/[0-9]*/checksums' "$TARGET")
there=$(rclone lsf --dirs-only --include '/[0-9]*/' "$TARGET")
# shellcheck disable=SC2046
set -- $(echo "$whole" | sort)
while [ $# -gt "$KEEP" ]; do shift; done
oldest=${1%checksums}
for copy in $(echo "$there" | sort); do
  [ "$copy" != "$oldest" ] || break
  rclone purge "$TARGET/${copy%/}"
done
echo "sent $name to the bucket"
