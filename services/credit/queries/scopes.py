"""Scopes (范围): whose an object is, one keyed statement each; what ``access.toml`` names is found here."""

from chassis.access.scopes import Lookup

_RECORD = "SELECT id_no FROM credit_record WHERE record_id = CAST($1 AS uuid)"
_OF = "SELECT r.id_no FROM credit_record r JOIN {0} p USING (record_id) WHERE p.{0}_id = CAST($1 AS uuid)"

SCOPES = {
    "holder-of-record": Lookup(_RECORD, ("path.record_id",)),
    "holder-of-record-asked": Lookup(_RECORD, ("query.record_id",)),
    "holder-of-repair": Lookup(_OF.format("repair"), ("path.repair_id",)),
    "holder-of-objection": Lookup(_OF.format("objection"), ("path.objection_id",)),
}
"""The number of the holder: what an enterprise signs in with."""
