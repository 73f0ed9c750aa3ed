"""Marking a class of any size in batches, by this process, several, or the workers of a cluster.

To be read in this order: `scoring` (batches out, results in), `marker` (what marks one), who does it
elsewhere (`workers`, `cluster`; garbage `collection` keeps away); what is kept of each hand-in (`records`),
`attempts` of one student, a person's marks (`markbook`), `pages`, what stood there `earlier`, `notes` on the
class.
"""
