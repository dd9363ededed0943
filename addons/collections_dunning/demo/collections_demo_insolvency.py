import base64
from datetime import timedelta

from odoo import models

# Days ago of the judgment and of its publication.
JUDGMENT, PUBLICATION = 20, 12
PUBLISHED = """\
BODACC A – annonce d'exemple
Tribunal judiciaire de Colmar
Jugement d'ouverture d'une procédure de redressement judiciaire
Débiteur : Loft des Tanneurs
"""


class CollectionsDemo(models.AbstractModel):
    """A customer in insolvency proceedings: earlier claims stop, later ones go on."""

    _inherit = "collections.demo"

    def _record_insolvency(self, partner, today):
        """Record the judgment that opened the proceedings, and whom it appointed.

        Until then a hold by hand kept the customer from being dunned.
        """
        self.env["collections.insolvency"].create(
            {
                "debtor_id": self._get_debtor(partner).id,
                "kind": "receivership",
                "judgment_date": today - timedelta(days=JUDGMENT),
                "publication_date": today - timedelta(days=PUBLICATION),
                "court": "Tribunal judiciaire de Colmar",
                "case_number": "26/00042",
                "trustee_id": self._create_trustee().id,
                "document": base64.b64encode(PUBLISHED.encode()),
                "document_name": "Publication BODACC.txt",
                "note": "Publication lue au BODACC, appel de la gérante le même jour.",
            }
        )

    def _create_trustee(self):
        """Create the creditors' representative, to whom claims are declared."""
        return (
            self.env["res.partner"]
            .sudo()
            .create(
                {
                    "name": "SELARL Exemple Mandataires",
                    "is_company": True,
                    "street": "2 rue du Palais",
                    "zip": "68000",
                    "city": "Colmar",
                    "country_id": self.env.ref("base.fr").id,
                    "email": "creances@exemple-mandataires.example",
                    "lang": "fr_FR",
                }
            )
        )
