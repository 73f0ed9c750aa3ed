"""What is wrong with lines that do not follow, told from the whole hand-in: a second look after the walk.

Begin with `second_look`, which calls all of these in turn. Their tool is `wrong_lines`: lines of a field that
are wrong, worked again with other values.

- what a line was worked from: `taken_from` (start values, another round's inputs), `other_start`,
  `misread_inputs`, `in_place_of` (another field, a multiple, a term left out, an amount added), `other_ways`
  (of the accepted ones), `undone` (without the fault before it)
- known mistakes in lines that are not handed in: `mistakes_unseen`
- what was not worked at all: `not_updated`, `copies` of values and of whole steps
- what was written down wrong: `miswritten`, one line besides or two columns
- what is right after all: `right_again`, the lines of who went on from the right values

Two other modules change verdicts by the evidence of a whole hand-in: `sharpen` finds mistakes that rounding
had excused, `by_chance` takes back slips and mistakes that are more likely none.
"""
