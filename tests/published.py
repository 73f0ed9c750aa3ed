"""The numbers of the published solution, as its damaged scan has them, and which of them are misread.

Numbers are text, so that the last printed digit is known: 12 significant digits for a scalar, 8 decimals with
trailing zeros dropped within an array (NumPy of 2016). Nothing is mended in `PUBLISHED`; what differs from a
recomputation (online, alpha = 0.2, ReLU at the output, hidden delta without the factor w) by more than half
a unit of its last printed digit is in `MISREAD` with the right digits, and nothing else is.

How the scan was read:

- A block belongs to the iteration and sample whose numbers it continues; the scan's headings float.
- Sample 3 is lost in all iterations; so are other fields that are absent here.
- "s.i" is s_i, "delta_l" is delta_i, "z_ut" and the first of two "z_out" stand in the place of s_out; "w" and
  "W" are told apart by their shape, as the scan exchanges them.
- The row before the one that closes a matrix is the first row of that matrix, whatever its label. Where
  Delta_w then still stands there twice, the first line is taken.
- L stands twice where the scan's columns overlap: the first, in the row of all three, is taken. They differ
  at (0, 0) only, where the second is "0.4062699405".

Left out, as the scan has too few of their numbers for their shape:

- (0, 2) Delta_W: only its second row, "-0. -0. -0.18583347".
- (1, 2) Delta_W: only its second row, "-0. -0. -0.17489373", and a lone "-0." before it.
- (2, 1) delta_i: two of three numbers, "-0.83096432 -0.83096432".
- (2, 2) delta_i, Delta_w, Delta_W: only the ends of three lines, "1.03966999", "-0.04469345", "0.1559505".
"""

from typing import TypeAlias

Written: TypeAlias = str | list[str] | list[list[str]]

# (iteration, sample) -> field -> what the printout says.
PUBLISHED: dict[tuple[int, int], dict[str, Written]] = {
    (0, 0): {
        "s_i": ["0.458", "0.869", "0.704"],
        "z_i": ["0.458", "0.869", "0.704"],
        "s_out": "0.09859",
        "z_out": "0.09859",
        "L": "0.40626999405",
        "delta_out": "-0.90141",
        "delta_i": ["-0.90141", "-0.90141", "-0.90141"],
        "Delta_w": ["0.08256916", "0.15666506", "0.12691853"],
        "Delta_W": [["0.08256916", "0.1562115", "0.1352115"], ["0.1442256", "0.1442256", "0.1442256"]],
        "w": ["0.10256916", "0.18665006", "0.21691853"],
        "W": [["0.7352115", "0.3852115", "0.1352115"], ["0.1542256", "0.5742256", "1.0242256"]],
    },
    (0, 1): {
        "s_i": ["0.15475358", "0.19575358", "0.07825358"],
        "z_i": ["0.15475358", "0.19575358", "0.07825358"],
        "s_out": "0.0693879488373",
        "z_out": "0.0693879488373",
        "L": "0.433019394885",
        "delta_out": "-0.930612051163",
        "delta_i": ["-0.93061205", "-0.93061205", "-0.93061205"],
        "Delta_w": ["-0.02880311", "0.03643413", "0.01456474"],
        "Delta_W": [["-0.02880311", "0.03643413", "0.01456474"], ["0.00930612", "0.00930612", "0.00930612"]],
        "w": ["-0.1317227", "0.22309919", "0.23148327"],
        "W": [["-0.77243598", "0.87243598", "0.17243598"], ["-0.16353172", "0.58353172", "1.03353172"]],
    },
    (0, 2): {
        "w": ["0.13137227", "0.22309919", "0.06946009"],
        "W": [["0.77243598", "0.87243598", "0.34665486"], ["0.16353172", "0.58353172", "0.84769825"]],
    },
    (1, 0): {
        "s_i": ["0.68697511", "1.09797511", "0.91497249"],
        "s_out": "0.338770985555",
        "z_out": "0.338770985555",
        "L": "0.218611904772",
        "delta_out": "-0.661229014445",
        "delta_i": ["-0.66122901", "-0.66122901", "-0.66122901"],
        "Delta_w": ["0.09084957", "0.1452026", "0.12100127"],
        "Delta_W": [["0.0918435", "0.09918435", "0.09918435"], ["0.10579664", "0.10579664", "0.10579664"]],
        "w": ["0.1939386", "0.33768451", "0.18478376"],
        "W": [["0.82947987", "0.92947987", "0.40369876"], ["0.27986348", "0.69986348", "0.96403"]],
    },
    (1, 1): {
        "s_i": ["0.17988915", "0.22088915", "0.12894125"],
        "s_out": "0.132846770649",
        "L": "0.375977361587",
        "delta_out": "-0.867153229351",
        "delta_i": ["-0.86715323", "-0.86715323", "-0.86715323"],
        "Delta_w": ["-0.03119829", "-0.03830985", "-0.02236236"],
        "Delta_W": [
            ["-0.03468613", "-0.03468613", "-0.03468613"],
            ["-0.00867153", "-0.00867153", "-0.00867153"],
        ],
        "w": ["-0.22259215", "-0.37599345", "-0.20714613"],
        "W": [["-0.864166", "-0.964166", "-0.43838488"], ["-0.28853501", "-0.70853501", "-0.97270154"]],
    },
    (1, 2): {
        "s_i": ["-0.41729649", "-0.15629649", "0.44937257"],
        "z_i": ["-0.", "-0.", "0.44937257"],
        "s_out": "0.0930857863762",
        "z_out": "0.0930857863762",
        "L": "0.597418268189",
        "w": ["0.22259215", "0.37599345", "0.10890557"],
        "W": [["0.864166", "0.964166", "0.60234775"], ["0.28853501", "0.70853501", "0.79780781"]],
    },
    (2, 0): {
        "s_i": ["0.85468168", "1.26568168", "1.06573624"],
        "z_i": ["0.85468168", "1.26568168", "1.06573624"],
        "s_out": "0.689419606272",
        "z_out": "0.689419606272",
        "L": "0.0482300904842",
        "delta_out": "-0.310580393728",
        "delta_i": ["-0.31058039", "-0.31058039", "-0.31058039"],
        "Delta_w": ["-0.05308947", "0.07861918", "0.06619936"],
        "Delta_W": [["0.058068706", "0.04658706", "0.04658706"], ["0.04969286", "0.04969286", "0.04969286"]],
        "w": ["0.24073021", "0.41988187", "0.15732563"],
        "W": [["0.86662429", "0.96662429", "0.60480604"], ["0.34926007", "0.76926007", "0.85853287"]],
    },
    (2, 1): {
        "L": "0.34525084883",
        "delta_out": "-0.830964317922",
        "Delta_w": ["-0.03170758", "0.03852149", "0.02723699"],
        "Delta_W": [["-0.0323887", "0.03823857", "0.03323857"], ["0.00830964", "0.00830964", "0.00830964"]],
        "w": ["-0.27243779", "0.45840336", "0.18456262"],
        "W": [["-0.89986286", "0.99986286", "0.63804461"], ["-0.35756971", "0.77756971", "0.86684251"]],
    },
    (2, 2): {
        "s_i": ["-0.38884138", "-0.12784138", "0.21494055"],
        "z_i": ["-0.", "-0.", "0.21494055"],
        "s_out": "0.0396699918483",
        "z_out": "0.0396699918483",
        "L": "0.540456845975",
    },
}

# The list before the printout; its s_out, z_out, delta_out, Delta_w and Delta_W are lost. All of it is right.
BULLETS: dict[tuple[int, int], dict[str, Written]] = {
    (0, 0): {
        "s_i": ["0.458", "0.869", "0.704"],
        "z_i": ["0.458", "0.869", "0.704"],
        "L": "0.40626999405000003",
        "delta_i": ["-0.90141", "-0.90141", "-0.90141"],
        "w": ["0.10256916", "0.18666506", "0.21691853"],
        "W": [["0.7352115", "0.8352115", "0.1352115"], ["0.1542256", "0.5742256", "1.0242256"]],
    },
}

# (iteration, sample, field, component) -> the right digits of a number in PUBLISHED.
MISREAD: dict[tuple[int, int, str, tuple[int, ...]], str] = {
    # A digit lost. The first of them has a minus sign too many as well.
    (0, 1, "w", (0,)): "0.13137227",
    (1, 0, "Delta_W", (0, 0)): "0.09918435",
    (1, 0, "w", (0,)): "0.19139386",
    # A digit misread, put in, or two of them swapped. That of Delta_w has a minus sign too many as well.
    (0, 0, "w", (1,)): "0.18666506",
    (0, 0, "W", (0, 1)): "0.8352115",
    (1, 1, "Delta_w", (1,)): "0.03830895",
    (2, 0, "Delta_W", (0, 0)): "0.04658706",
    (2, 1, "Delta_W", (0, 1)): "0.03323857",
    # A garbled line: the first row of Delta_W is printed as "Delta_w:", with numbers of that line, whole
    # (all of sample 1's) or in part (0.1562115: it begins as the second number of Delta_w does).
    (0, 0, "Delta_W", (0, 0)): "0.1352115",
    (0, 0, "Delta_W", (0, 1)): "0.1352115",
    (0, 1, "Delta_W", (0, 0)): "0.03722448",
    (0, 1, "Delta_W", (0, 1)): "0.03722448",
    (0, 1, "Delta_W", (0, 2)): "0.03722448",
    # A garbled number: a minus sign too many, a digit lost and others misread.
    (2, 1, "Delta_W", (0, 0)): "0.03323857",
    # A minus sign that is not there. (None of the numbers above has lost one.)
    (0, 1, "Delta_w", (0,)): "0.02880311",
    (0, 1, "W", (0, 0)): "0.77243598",
    (0, 1, "W", (1, 0)): "0.16353172",
    (1, 1, "Delta_w", (0,)): "0.03119829",
    (1, 1, "Delta_w", (2,)): "0.02236236",
    (1, 1, "Delta_W", (0, 0)): "0.03468613",
    (1, 1, "Delta_W", (0, 1)): "0.03468613",
    (1, 1, "Delta_W", (0, 2)): "0.03468613",
    (1, 1, "Delta_W", (1, 0)): "0.00867153",
    (1, 1, "Delta_W", (1, 1)): "0.00867153",
    (1, 1, "Delta_W", (1, 2)): "0.00867153",
    (1, 1, "w", (0,)): "0.22259215",
    (1, 1, "w", (1,)): "0.37599345",
    (1, 1, "w", (2,)): "0.20714613",
    (1, 1, "W", (0, 0)): "0.864166",
    (1, 1, "W", (0, 1)): "0.964166",
    (1, 1, "W", (0, 2)): "0.43838488",
    (1, 1, "W", (1, 0)): "0.28853501",
    (1, 1, "W", (1, 1)): "0.70853501",
    (1, 1, "W", (1, 2)): "0.97270154",
    (2, 0, "Delta_w", (0,)): "0.05308947",
    (2, 1, "Delta_w", (0,)): "0.03170758",
    (2, 1, "w", (0,)): "0.27243779",
    (2, 1, "W", (0, 0)): "0.89986286",
    (2, 1, "W", (1, 0)): "0.35756971",
}
