#!/bin/sh
# FFmpeg that reads the film of a chunk ENCREW_TEST_PACE times as fast as it plays: a small machine at work, without the heat.
case "$*" in
  *video-*.partial*) ;;
  *) exec ffmpeg "$@" ;;
esac
for word do
  shift
  [ "$word" = -i ] && set -- "$@" -readrate "${ENCREW_TEST_PACE:-1}"
  set -- "$@" "$word"
done
exec ffmpeg "$@"
