#!/bin/sh
# slow-ffmpeg.sh on a machine that isn't well. With its next chunk it does once what the file ENCREW_TEST_LIE says: makes one
# picture too few (fewer), makes them too small (smaller), or tells for ever that it is where it is (stuck).
case "$*" in
  *video-*.partial*) ;;
  *) exec ffmpeg "$@" ;;
esac
lie=$(cat "$ENCREW_TEST_LIE" 2>/dev/null)
rm -f "$ENCREW_TEST_LIE"
[ "$lie" = stuck ] && exec node "$(dirname "$0")/standing-still.mjs"
before=
for word do
  shift
  [ "$word" = -i ] && set -- "$@" -readrate "${ENCREW_TEST_PACE:-1}"
  if [ "$lie" = fewer ] && [ "$before" = -frames:v ]; then
    word=$((word - 1))
    lie=
  fi
  [ "$lie" = smaller ] && word=$(printf '%s' "$word" | sed 's/scale=320:180/scale=160:90/')
  set -- "$@" "$word"
  before=$word
done
exec ffmpeg "$@"
