import { expect, test } from 'vitest';
import { type EncoderChoice, videoCommands } from '#main/media/command/video-command.ts';
import type { EncodePlan } from '#shared/model/plan.ts';
import type { MediaFacts } from '#shared/model/facts.ts';
import type { Profile } from '#shared/model/profile.ts';
import { aFacts, anHdrVideo, aSubtitle, aVideo } from '#tests/helpers/a-facts.ts';
import { aProfile, builtIn, planOf } from '#tests/helpers/a-plan.ts';
import { argvText } from '#tests/helpers/argv-text.ts';

const source = "/films/it's, a [film]: 100%;.mkv";

/** The encoder that each rendition gets: the last of its list, which is software in the built-in ones. */
const software = (plan: EncodePlan): EncoderChoice =>
  Object.fromEntries(plan.video.map(({ id, encoders }) => [id, encoders.at(-1) ?? '']));

type Asked = { facts?: Partial<MediaFacts>; chunkSec?: number; chunk?: number; choice?: EncoderChoice };

/** Each run of one chunk, as text. */
function commands(profile: Profile, { facts = {}, chunkSec, chunk = 0, choice }: Asked = {}): string[] {
  const plan = planOf(aFacts(facts), profile, { chunkSec: chunkSec ?? null });
  const task = plan.tasks.filter(({ type }) => type === 'video')[chunk];
  if (task === undefined) throw new Error(`no chunk ${chunk}`);
  return videoCommands(plan, task, choice ?? software(plan), source, `${task.id}.partial`).map(({ args }) =>
    argvText(args),
  );
}

const small = [{ width: 640, height: 360, bitrateBps: 600_000 }];

test('an HDR ladder: one decode, one tone curve for all SDR rungs, and the tiles', () => {
  const video = {
    ladder: [
      { width: 1920, height: 1080, bitrateBps: 6_000_000, includeSdr: true },
      { width: 1280, height: 720, bitrateBps: 3_000_000, includeSdr: true },
    ],
    encoders: ['libx265'],
    sdrEncoders: ['libx264'],
  };
  const profile = aProfile({ video, thumbnails: {}, segment: { type: 'fmp4' } });
  expect(commands(profile, { facts: { video: [anHdrVideo()] } })).toMatchInlineSnapshot(`
    [
      "<common>
    -noautorotate
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex "[1:v]nullsink;[0:0]setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone[clean];[clean]split=4[video_1920x1080_in][video_1280x720_in][sdr_in][tiles_in];[video_1920x1080_in]scale=1920:1080:flags=bicubic,setsar=1,format=yuv420p10le,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc[video_1920x1080];[video_1280x720_in]scale=1280:720:flags=bicubic,setsar=1,format=yuv420p10le,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc[video_1280x720];[sdr_in]setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,zscale=w=1920:h=1080:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0:peak=9,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[sdr];[tiles_in]select='not(mod(n+0,120))',setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,zscale=w=320:h=180:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0:peak=9,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,scale=out_range=pc,format=yuvj420p[tiles];[sdr]split=2[video_1920x1080_SDR_in][video_1280x720_SDR_in];[video_1920x1080_SDR_in]scale=1920:1080:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_1920x1080_SDR];[video_1280x720_SDR_in]scale=1280:720:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_1280x720_SDR]"
    -map [video_1920x1080]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx265
    -preset medium
    -crf 21
    -maxrate 6000000
    -bufsize 12000000
    -g 48
    -keyint_min 48
    -flags +cgop
    -x265-params keyint=48:min-keyint=48:scenecut=0:open-gop=0:log-level=error:hdr10=1:hdr10-opt=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=900,400:repeat-headers=1
    -tag:v hvc1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_1920x1080.mp4
    -map [video_1920x1080_SDR]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx264
    -preset medium
    -crf 21
    -maxrate 6000000
    -bufsize 12000000
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params stitchable=1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_1920x1080_SDR.mp4
    -map [video_1280x720]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx265
    -preset medium
    -crf 21
    -maxrate 3000000
    -bufsize 6000000
    -g 48
    -keyint_min 48
    -flags +cgop
    -x265-params keyint=48:min-keyint=48:scenecut=0:open-gop=0:log-level=error:hdr10=1:hdr10-opt=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=900,400:repeat-headers=1
    -tag:v hvc1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_1280x720.mp4
    -map [video_1280x720_SDR]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx264
    -preset medium
    -crf 21
    -maxrate 3000000
    -bufsize 6000000
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params stitchable=1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_1280x720_SDR.mp4
    -map [tiles]
    -frames:v 20
    -fps_mode passthrough
    -c:v mjpeg
    -q:v 4
    -start_number 0
    -f image2 video-0000.partial/tiles/%05d.jpg",
    ]
  `);
});

test('a chunk in the middle begins to decode half a picture early, and knows the number of its first tile', () => {
  const profile = aProfile({ video: { ladder: small }, thumbnails: {} });
  const facts = { video: [aVideo({ frameRate: { num: 24_000, den: 1001 } })] };
  expect(commands(profile, { facts, chunkSec: 30, chunk: 1 })).toMatchInlineSnapshot(`
    [
      "<common>
    -noautorotate
    -ss 30.009146
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex "[1:v]nullsink;[0:0]setpts=PTS-0.020854/TB,fps=fps=24000/1001:round=near:start_time=0[clean];[clean]split=2[video_640x360_in][tiles_in];[video_640x360_in]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360];[tiles_in]select='not(mod(n+0,120))',scale=320:180:flags=bicubic,setsar=1,scale=out_range=pc,format=yuvj420p[tiles]"
    -map [video_640x360]
    -frames:v 720
    -fps_mode passthrough
    -c:v libx264
    -preset medium
    -crf 21
    -maxrate 600000
    -bufsize 1200000
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params stitchable=1
    -r 24000/1001
    <bare>
    -video_track_timescale 24000 video-0001.partial/video_640x360.mp4
    -map [tiles]
    -frames:v 6
    -fps_mode passthrough
    -c:v mjpeg
    -q:v 4
    -start_number 6
    -f image2 video-0001.partial/tiles/%05d.jpg",
    ]
  `);
});

test('pictures of a variable rate and filters over time are decoded from before the chunk on', () => {
  const profile = aProfile({ video: { ladder: small }, filters: { denoise: 'light', deband: true } });
  const facts = { video: [aVideo({ rateMode: 'variable', fieldOrder: 'top-first', startSec: 2 })] };
  const [command] = commands(profile, { facts, chunkSec: 30, chunk: 1 });
  expect(command?.split('\n').filter((line) => /^-ss|^-filter_complex/.test(line))).toMatchInlineSnapshot(`
    [
      "-ss 21.979167",
      "-filter_complex [1:v]nullsink;[0:0]setpts=PTS-0.020833/TB,bwdif=mode=send_frame:parity=auto:deint=all,fps=fps=24:round=near:start_time=0,hqdn3d=2:1.5:3:3,deband,trim=start_frame=240,setpts=PTS-STARTPTS[clean];[clean]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360]",
    ]
  `);
});

test('a picture is cropped, mirrored and turned before it is scaled; the last chunk holds its last picture', () => {
  const profile = aProfile({ video: { ladder: small }, filters: { crop: 'auto' } });
  const facts: Partial<MediaFacts> = {
    video: [aVideo({ rotationDeg: 270, mirrored: true, color: { ...aVideo().color, range: 'pc' } })],
    audio: [],
    activeArea: { x: 0, y: 138, width: 1920, height: 804 },
  };
  const [command] = commands(profile, { facts });
  expect(command?.split('\n').filter((line) => line.startsWith('-filter_complex'))).toMatchInlineSnapshot(`
    [
      "-filter_complex [1:v]nullsink;[0:0]setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone,crop=1920:804:0:138,hflip,transpose=cclock[clean];[clean]scale=268:640:flags=bicubic:in_range=pc:out_range=tv,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_268x640]",
    ]
  `);
});

test('average bitrate in two passes reads the chunk twice: x264 and x265 side by side', () => {
  const profile = aProfile({
    video: {
      ladder: [{ width: 640, height: 360, bitrateBps: 600_000, includeSdr: true }],
      encoders: ['libx265'],
      sdrEncoders: ['libx264'],
      rateControl: { mode: 'abr-two-pass' },
    },
    segment: { type: 'fmp4' },
    thumbnails: {},
  });
  expect(commands(profile, { facts: { video: [anHdrVideo()] } })).toMatchInlineSnapshot(`
    [
      "<common>
    -noautorotate
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex [1:v]nullsink;[0:0]setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone[clean];[clean]split=2[video_640x360_in][sdr_in];[video_640x360_in]scale=640:360:flags=bicubic,setsar=1,format=yuv420p10le,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc[video_640x360];[sdr_in]setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,zscale=w=640:h=360:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0:peak=9,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[sdr];[sdr]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360_SDR]
    -map [video_640x360]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx265
    -preset medium
    -b:v 600000
    -maxrate 900000
    -bufsize 1800000
    -g 48
    -keyint_min 48
    -flags +cgop
    -x265-params keyint=48:min-keyint=48:scenecut=0:open-gop=0:log-level=error:pass=1:stats=video-0000.partial/video_640x360.stats.x265:hdr10=1:hdr10-opt=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=900,400:repeat-headers=1
    -tag:v hvc1
    -r 24
    <bare>
    -f null -
    -map [video_640x360_SDR]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx264
    -preset medium
    -b:v 600000
    -maxrate 900000
    -bufsize 1800000
    -pass 1
    -passlogfile video-0000.partial/video_640x360_SDR.stats
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params stitchable=1
    -r 24
    <bare>
    -f null -",
      "<common>
    -noautorotate
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex "[1:v]nullsink;[0:0]setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone[clean];[clean]split=3[video_640x360_in][sdr_in][tiles_in];[video_640x360_in]scale=640:360:flags=bicubic,setsar=1,format=yuv420p10le,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc[video_640x360];[sdr_in]setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,zscale=w=640:h=360:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0:peak=9,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[sdr];[tiles_in]select='not(mod(n+0,120))',setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,zscale=w=320:h=180:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0:peak=9,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,scale=out_range=pc,format=yuvj420p[tiles];[sdr]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360_SDR]"
    -map [video_640x360]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx265
    -preset medium
    -b:v 600000
    -maxrate 900000
    -bufsize 1800000
    -g 48
    -keyint_min 48
    -flags +cgop
    -x265-params keyint=48:min-keyint=48:scenecut=0:open-gop=0:log-level=error:pass=2:stats=video-0000.partial/video_640x360.stats.x265:hdr10=1:hdr10-opt=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=900,400:repeat-headers=1
    -tag:v hvc1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_640x360.mp4
    -map [video_640x360_SDR]
    -frames:v 2400
    -fps_mode passthrough
    -c:v libx264
    -preset medium
    -b:v 600000
    -maxrate 900000
    -bufsize 1800000
    -pass 2
    -passlogfile video-0000.partial/video_640x360_SDR.stats
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params stitchable=1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_640x360_SDR.mp4
    -map [tiles]
    -frames:v 20
    -fps_mode passthrough
    -c:v mjpeg
    -q:v 4
    -start_number 0
    -f image2 video-0000.partial/tiles/%05d.jpg",
    ]
  `);
});

test('a text subtitle is drawn from its extracted script, on the clock of the container', () => {
  const profile = aProfile({ video: { ladder: small }, subtitles: { burnIn: 'first' } });
  const facts = {
    video: [aVideo({ startSec: 0.5, endSec: 100.5 })],
    subtitles: [aSubtitle({ title: "x'; movie=/etc/passwd" })],
  };
  expect(commands(profile, { facts, chunkSec: 30, chunk: 1 })).toMatchInlineSnapshot(`
    [
      "<common>
    -noautorotate
    -ss 30.479167
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex [1:v]nullsink;[0:0]setpts=PTS-0.020833/TB,fps=fps=24:round=near:start_time=0,setpts=PTS+30.500000/TB,subtitles=f=extract/subtitles/2.ass:fontsdir=extract/attachments,setpts=PTS-30.500000/TB[clean];[clean]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360]
    -map [video_640x360]
    -frames:v 720
    -fps_mode passthrough
    -c:v libx264
    -preset medium
    -crf 21
    -maxrate 600000
    -bufsize 1200000
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params stitchable=1
    -r 24
    <bare>
    -video_track_timescale 24 video-0001.partial/video_640x360.mp4",
    ]
  `);
});

test('an image subtitle is laid over before the picture is moved onto the grid', () => {
  const profile = aProfile({ video: { ladder: small }, subtitles: { images: 'burn-in' } });
  const facts = { subtitles: [aSubtitle({ index: 3, codec: 'hdmv_pgs_subtitle', form: 'image' })] };
  const [command] = commands(profile, { facts });
  expect(command?.split('\n').filter((line) => line.startsWith('-filter_complex'))).toMatchInlineSnapshot(`
    [
      "-filter_complex [1:v]nullsink;[0:0][0:3]overlay=eof_action=pass:repeatlast=0,setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone[clean];[clean]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360]",
    ]
  `);
});

test('an image subtitle does not cost an HDR picture two of its ten bits', () => {
  const profile = aProfile({
    video: { ladder: small, encoders: ['libx265'] },
    subtitles: { images: 'burn-in' },
  });
  const subtitles = [aSubtitle({ index: 3, codec: 'hdmv_pgs_subtitle', form: 'image' })];
  const [command] = commands(profile, { facts: { video: [anHdrVideo()], subtitles } });
  expect(command).toContain('[0:0][0:3]overlay=eof_action=pass:repeatlast=0:format=yuv420p10,');
});

const hardware = { ladder: small, encoders: ['h264_nvenc'] };

test('VAAPI: pictures are put onto the device', () => {
  const profile = aProfile({ video: { ...hardware, encoders: ['hevc_vaapi'] }, segment: { type: 'fmp4' } });
  expect(commands(profile, { facts: { video: [anHdrVideo()] } })).toMatchInlineSnapshot(`
    [
      "<common>
    -vaapi_device /dev/dri/renderD128
    -noautorotate
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex [1:v]nullsink;[0:0]setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone[clean];[clean]scale=640:360:flags=bicubic,setsar=1,format=yuv420p10le,setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,format=p010,hwupload[video_640x360]
    -map [video_640x360]
    -frames:v 2400
    -fps_mode passthrough
    -c:v hevc_vaapi
    -rc_mode CQP
    -qp 21
    -g 48
    -keyint_min 48
    -flags +cgop
    -force_key_frames expr:eq(mod(n,48),0)
    -tag:v hvc1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_640x360.mp4",
    ]
  `);
});

test('NVENC: keyframes on the grid and nowhere else', () => {
  expect(commands(aProfile({ video: hardware }))).toMatchInlineSnapshot(`
    [
      "<common>
    -noautorotate
    <source>
    -i "file:/films/it's, a [film]: 100%;.mkv"
    -f lavfi
    -i color=s=16x16:r=1:d=1
    -filter_complex [1:v]nullsink;[0:0]setpts=PTS-0.000000/TB,fps=fps=24:round=near:start_time=0,tpad=stop=2:stop_mode=clone[clean];[clean]scale=640:360:flags=bicubic,setsar=1,format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[video_640x360]
    -map [video_640x360]
    -frames:v 2400
    -fps_mode passthrough
    -c:v h264_nvenc
    -preset p5
    -rc vbr
    -cq 21
    -b:v 0
    -maxrate 600000
    -bufsize 1200000
    -g 48
    -keyint_min 48
    -flags +cgop
    -force_key_frames expr:eq(mod(n,48),0)
    -no-scenecut 1
    -forced-idr 1
    -strict_gop 1
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_640x360.mp4",
    ]
  `);
});

test('AV1 by SVT: words of x264 for the preset, light levels of HDR', () => {
  const profile = aProfile({
    container: 'mp4',
    video: { ladder: small, encoders: ['libsvtav1'], preset: 'slow', rateControl: { mode: 'crf', crf: 32 } },
  });
  const [command] = commands(profile, { facts: { video: [anHdrVideo()] } });
  const wanted = /^-(preset|crf|svtav1-params|maxrate)/;
  expect(command?.split('\n').filter((line) => wanted.test(line))).toMatchInlineSnapshot(`
    [
      "-preset 5",
      "-crf 32",
      "-svtav1-params scd=0:enable-hdr=1:mastering-display=G(0.2650,0.6900)B(0.1500,0.0600)R(0.6800,0.3200)WP(0.3127,0.3290)L(1000.0000,0.0001):content-light=900,400",
    ]
  `);
});

test('what the profile says of the encoder comes last, one token each', () => {
  const video = {
    ladder: [{ ...small[0], width: 640, height: 360, bitrateBps: 600_000, profile: 'main', level: '3.1' }],
    tune: 'animation',
    options: { 'x264-params': 'aq-mode=3:deblock=-1:-1', 'b-pyramid': 'none' },
  };
  const [command] = commands(aProfile({ video }));
  expect(command?.slice(command.indexOf('-c:v'))).toMatchInlineSnapshot(`
    "-c:v libx264
    -preset medium
    -tune animation
    -crf 21
    -maxrate 600000
    -bufsize 1200000
    -threads 6
    -g 48
    -keyint_min 48
    -flags +cgop
    -sc_threshold 0
    -x264-params aq-mode=3:deblock=-1:-1:stitchable=1
    -profile:v main
    -level:v 3.1
    -b-pyramid none
    -r 24
    <bare>
    -video_track_timescale 24 video-0000.partial/video_640x360.mp4"
  `);
});

test('no word of the file gets into a filter, whatever it is called', () => {
  const nasty = "a',b=c;[d]:%{pts}\\";
  const facts = {
    title: nasty,
    video: [aVideo({ title: nasty, language: null })],
    subtitles: [aSubtitle({ title: nasty, codec: 'ass' })],
  };
  const plan = planOf(aFacts(facts), aProfile({ subtitles: { burnIn: 'first' }, thumbnails: {} }), { name: nasty });
  const args = plan.tasks
    .filter(({ type }) => type === 'video')
    .flatMap((task) => videoCommands(plan, task, software(plan), `/films/${nasty}`, 'video-0000.partial'))
    .flatMap((step) => step.args);
  expect(args.filter((token) => token.includes('%{pts}'))).toEqual([`file:/films/${nasty}`]);
});

test('what a run makes, and how its progress is measured', () => {
  const plan = planOf(aFacts(), builtIn('draft'), { chunkSec: 30 });
  const task = plan.tasks.find(({ id }) => id === 'video-0002');
  if (task === undefined) throw new Error('no third chunk');
  const [step, ...more] = videoCommands(plan, task, software(plan), source, 'video-0002.partial');
  expect(more).toEqual([]);
  expect({ ...step, args: [] }).toEqual({
    args: [],
    folders: ['video-0002.partial', 'video-0002.partial/tiles'],
    makes: ['video-0002.partial/video_640x360.mp4'],
    frames: 960,
    durationSec: null,
  });
});

test('a task without a chunk and a rendition without an encoder are mistakes of the caller', () => {
  const plan = planOf(aFacts(), aProfile());
  const video = plan.tasks.find(({ type }) => type === 'video');
  const audio = plan.tasks.find(({ type }) => type === 'audio');
  if (video === undefined || audio === undefined) throw new Error('no tasks');
  expect(() => videoCommands(plan, audio, software(plan), source, 'x')).toThrow('task audio has no chunk');
  expect(() => videoCommands(plan, video, {}, source, 'x')).toThrow('no encoder was chosen for video_1280x720');
});
