import { expect, test } from 'vitest';
import { usedFaces } from '#main/media/subtitle/ass.ts';
import { parseAss } from '#main/media/subtitle/ass-script.ts';

function script(...events: string[]): string {
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, Bold, Italic, Alignment',
    'Style: Default,Main Face,20,0,0,2',
    'Style: Sign,Sign Face,20,-1,0,8',
    'Style: Tate,@Brush,20,0,-1,2',
    'Style: Unused,Nobody,20,0,0,2',
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    ...events,
  ].join('\n');
}

function event(text: string, style = 'Default'): string {
  return `Dialogue: 0,0:00:01.00,0:00:02.50,${style},,0,0,0,,${text}`;
}

/** `family weight italic vertical: characters @ lines`. */
function faces(text: string): string[] {
  return usedFaces(parseAss(text)).map(({ family, weight, italic, vertical, characters, uses }) => {
    const look = `${vertical ? '@' : ''}${family} ${weight}${italic ? ' italic' : ''}`;
    return `${look}: ${[...characters.keys()].join('')} @ ${uses.map(({ line }) => line).join(' ')}`;
  });
}

test('each face comes with its characters, lines and times', () => {
  const text = script(
    event('aba'),
    event('{\\b1}b{\\b0}c'),
    'Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,zzz',
    event('a', 'Sign'),
  );
  expect(usedFaces(parseAss(text))).toEqual([
    {
      family: 'Main Face',
      vertical: false,
      weight: 400,
      italic: false,
      uses: [
        { line: 13, startSec: 1, endSec: 2.5 },
        { line: 14, startSec: 1, endSec: 2.5 },
      ],
      characters: new Map([
        ['a', [13]],
        ['b', [13]],
        ['c', [14]],
      ]),
    },
    {
      family: 'Main Face',
      vertical: false,
      weight: 700,
      italic: false,
      uses: [{ line: 14, startSec: 1, endSec: 2.5 }],
      characters: new Map([['b', [14]]]),
    },
    {
      family: 'Sign Face',
      vertical: false,
      weight: 700,
      italic: false,
      uses: [{ line: 16, startSec: 1, endSec: 2.5 }],
      characters: new Map([['a', [16]]]),
    },
  ]);
});

test.each([
  [
    'a font tag lasts until it is taken back',
    'a{\\fnOther Face}b{\\fn}c',
    ['Main Face 400: ac @ 13', 'Other Face 400: b @ 13'],
  ],
  ['\\fn0 is the font of the style', '{\\fnX}a{\\fn0}b', ['X 400: a @ 13', 'Main Face 400: b @ 13']],
  [
    '\\r goes back to the style of the event',
    '{\\fnX\\b1\\i1}a{\\r}b',
    ['X 700 italic: a @ 13', 'Main Face 400: b @ 13'],
  ],
  ['\\r with a name takes that style', '{\\rSign}a{\\fn}b{\\r}c', ['Sign Face 700: ab @ 13', 'Main Face 400: c @ 13']],
  ['\\r with an unknown name takes the style of the event', '{\\i1\\rNowhere}a', ['Main Face 400: a @ 13']],
  [
    'weights are numbers or switches',
    '{\\b300}a{\\b1}b{\\b}c{\\b7}d',
    ['Main Face 300: a @ 13', 'Main Face 700: b @ 13', 'Main Face 400: cd @ 13'],
  ],
  [
    'tags that begin like others are not them',
    '{\\blur3\\bord2\\be1\\iclip(0,0,1,1)\\pos(1,2)\\rnd}a',
    ['Main Face 400: a @ 13'],
  ],
  ['tags inside an animation count', '{\\t(0,500,\\fnMoved\\b1)}a', ['Moved 700: a @ 13']],
  ['an animation ends with its parenthesis', '{\\t(\\fscx200\\fnIn)\\fnOut}a', ['Out 400: a @ 13']],
  ['drawings are not text, over several blocks', '{\\p1}m 0 0 l 9 9{\\c&HFF&} l 5 5{\\p0}x', ['Main Face 400: x @ 13']],
  ['comments in braces are not text', 'a{note to self: use Arial}b', ['Main Face 400: ab @ 13']],
  ['an open brace without an end is text', 'a{b', ['Main Face 400: a{b @ 13']],
  ['escaped braces are text', '\\{a\\}', ['Main Face 400: {a} @ 13']],
  ['breaks and hard spaces need no glyph', 'a\\Nb\\hc\\nd e', ['Main Face 400: abcde @ 13']],
  ['joiners, marks of direction and damage need no glyph', 'a\u200d\u200f\ufe0f\ufffdé', ['Main Face 400: aé @ 13']],
  ['characters beyond 16 bits are whole', '😀漢', ['Main Face 400: 😀漢 @ 13']],
  ['vertical fonts are told by their family', '{\\fn@Tall}a', ['@Tall 400: a @ 13']],
  ['families are one in any letter case', '{\\fnmain face}a', ['main face 400: a @ 13']],
  ['commas in the text stay', 'a,b', ['Main Face 400: a,b @ 13']],
  ['an event without words uses no face', '{\\fnGhost} ', []],
])('%s', (_title, text, expected) => {
  expect(faces(script(event(text)))).toEqual(expected);
});

test('a vertical style is italic, a style name may begin with an asterisk, Default in any case, unknown styles are Default', () => {
  expect(faces(script(event('a', 'Tate'), event('b', '*Sign'), event('c', 'DEFAULT'), event('d', 'Nowhere')))).toEqual([
    '@Brush 400 italic: a @ 13',
    'Sign Face 700: b @ 14',
    'Main Face 400: cd @ 15 16',
  ]);
});

test('broken files give what they have', () => {
  const bare = 'Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,hi';
  expect(faces(bare)).toEqual(['Arial 400: hi @ 1']);
  expect(faces(`\ufeff${script(event('x')).replaceAll('\n', '\r\n')}`)).toEqual(['Main Face 400: x @ 13']);
  expect(faces(script(event('x')).replaceAll('\n', '\r'))).toEqual(['Main Face 400: x @ 13']);
  expect(faces(`[V4+ Styles]\nStyle: Default,No Format,20\n[Events]\n${bare}`)).toEqual(['No Format 400: hi @ 4']);
  expect(faces(`[Events]\n${bare}\n[V4+ Styles]\nStyle: Default,Late,20,0,0,0,0,-1,-1`)).toEqual([
    'Late 700 italic: hi @ 2',
  ]);
  expect(faces(`[v4 styles]\nStyle: Default,Old,20,0,0,0,0,-1,0\n[EVENTS]\n${bare}`)).toEqual(['Old 700: hi @ 4']);
  expect(
    faces(`[V4+ Styles]\nFormat: Fontname, Name\nStyle: First,Default\nStyle: Last,Default\n[Events]\n${bare}`),
  ).toEqual(['Last 400: hi @ 6']);
  const damaged = parseAss(
    script(
      'Dialogue: 0,soon,later,Default,,0,0,0,,x',
      'Dialogue:',
      'Style: , ,',
      'Dialogue: nonsense',
      '\u0000',
      event('ok'),
    ),
  );
  expect(damaged.unreadableLines).toEqual([13, 14, 15, 16]);
  expect(damaged.events.map(({ text }) => text)).toEqual(['ok']);
  expect(parseAss('')).toEqual({ playResY: 288, wrapStyle: 0, styles: [], events: [], unreadableLines: [] });
});

test('a line of a million tags is read in a blink', () => {
  const text = script(
    event('{'.repeat(200_000)),
    event('{\\b1}a'.repeat(100_000)),
    event(`{${'\\t('.repeat(100_000)}}b`),
  );
  expect(faces(text)).toEqual(['Main Face 400: {b @ 13 15', 'Main Face 700: a @ 14']);
});
