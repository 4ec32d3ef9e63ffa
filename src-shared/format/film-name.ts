/** Endings of what a search for films takes; a file that is named to Encrew may be called anything. */
const filmEndings: ReadonlySet<string> = new Set(
  '3g2 3gp asf avi divx dv f4v flv gxf m2ts m2v m4v mkv mov mp4 mpeg mpg mts mxf nut ogm ogv rm rmvb ts vob webm wmv wtv y4m'.split(
    ' ',
  ),
);

/** True for a file name that a film would have. */
export function isFilmName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && filmEndings.has(name.slice(dot + 1).toLowerCase());
}
