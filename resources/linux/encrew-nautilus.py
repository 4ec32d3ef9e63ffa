"""'Encode with Encrew' in the menu of GNOME Files, where python3-nautilus is installed."""

import locale
import subprocess

from gi.repository import GObject, Nautilus

WORDS = {
    "de": "Mit Encrew kodieren",
    "es": "Codificar con Encrew",
    "fr": "Encoder avec Encrew",
    "ja": "Encrew でエンコード",
}


class EncodeWithEncrew(GObject.GObject, Nautilus.MenuProvider):
    def get_file_items(self, *args):
        # Before version 43 a window comes first.
        files = args[-1]
        if not files or not all(is_for_encrew(file) for file in files):
            return []
        language = (locale.getlocale()[0] or "en")[:2]
        item = Nautilus.MenuItem(
            name="EncodeWithEncrew::encode",
            label=WORDS.get(language, "Encode with Encrew"),
            icon="encrew",
        )
        item.connect("activate", encode, [file.get_location().get_path() for file in files])
        return [item]


def is_for_encrew(file):
    return file.get_uri_scheme() == "file" and (file.is_directory() or file.get_mime_type().startswith("video/"))


def encode(_item, paths):
    subprocess.Popen(["encrew", "--", *[path for path in paths if path is not None]])
