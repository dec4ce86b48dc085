"""Make CertregKai-Regular.ttf from LXGWWenKai-Regular.ttf.

Usage: python3 subset.py LXGWWenKai-Regular.ttf NotoSansSC_400Regular.ttf names.txt OUT.ttf

Kept: Latin, punctuation, GB 2312, the name characters of names.txt, and every
Han character that Noto Sans SC lacks. Renamed, because "LXGW" is a reserved
font name; unhinted; layout tables dropped. Needs fonttools.
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont


def han(c):
    return 0x3400 <= c <= 0x4DBF or 0x4E00 <= c <= 0x9FFF or c >= 0x20000


def gb2312():
    for hi in range(0xA1, 0xF8):
        for lo in range(0xA1, 0xFF):
            try:
                yield ord(bytes([hi, lo]).decode("gb2312"))
            except UnicodeDecodeError:
                pass


kai_path, noto_path, names_path, out_path = sys.argv[1:]
kai = TTFont(kai_path)
have = set(kai.getBestCmap())
wanted = set(gb2312())
for first, last in ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2027), (0x3000, 0x301F), (0xFF01, 0xFF5E)):
    wanted.update(range(first, last + 1))
with open(names_path, encoding="utf-8") as names:
    wanted.update(map(ord, names.read().replace("\n", "")))
wanted.update(c for c in have - set(TTFont(noto_path).getBestCmap()) if han(c))

options = subset.Options(hinting=False, layout_features=[], layout_closure=False, notdef_outline=True)
options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "gasp", "vhea", "vmtx"]
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=wanted & have)
subsetter.subset(kai)
for record in list(kai["name"].names):
    if record.nameID in (1, 3, 4, 16):
        kai["name"].setName("Certreg Kai", record.nameID, record.platformID, record.platEncID, record.langID)
    elif record.nameID == 6:
        kai["name"].setName("CertregKai-Regular", 6, record.platformID, record.platEncID, record.langID)
kai["head"].modified = kai["head"].created
kai.recalcTimestamp = False
kai.save(out_path)
