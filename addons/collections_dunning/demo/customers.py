"""The invented customers of the demo company.

Phone numbers lie in the ranges kept for fiction, e-mail addresses under the
reserved domain ``.example``: nobody can be reached by accident.
"""

from typing import NamedTuple


class Customer(NamedTuple):
    """One customer.

    ``habit`` is a key of ``ledger.HABITS``, ``term`` one of ``ledger.TERMS``.
    ``contact`` is (name, role, kind); the kind is "dunning" or "invoice".
    """

    key: str
    name: str
    street: str
    zip: str
    city: str
    habit: str
    country: str = "fr"
    lang: str = "fr_FR"
    term: str = "30"
    currency: str = "EUR"
    phone: str = ""
    has_email: bool = True
    contact: tuple = ()
    is_company: bool = True

    @property
    def email(self):
        return f"compta@{self.key.replace('_', '-')}.example" if self.has_email else ""


FRENCH = [
    Customer(
        *("deux_rives", "Hôtel des Deux Rives", "12 quai des Célestins"),
        *("69002", "Lyon", "punctual"),
        phone="04 65 71 10 12",
        contact=("Sophie Renard", "Comptabilité fournisseurs", "dunning"),
    ),
    Customer(
        *("quai_vert", "Brasserie du Quai Vert", "3 rue de la Fosse"),
        *("44000", "Nantes", "slow"),
        phone="02 61 91 20 31",
    ),
    Customer(
        *("delorme", "Delorme Architectes", "48 rue du Faubourg-Poissonnière"),
        *("75010", "Paris", "slow"),
        term="45",
        phone="01 99 00 31 40",
        contact=("Étienne Delorme", "Gérant", "dunning"),
    ),
    Customer(
        *("auriol", "Maison Auriol Décoration", "7 rue des Filatiers"),
        *("31000", "Toulouse", "chronic"),
        phone="05 36 49 07 70",
    ),
    Customer(
        *("feuille_or", "Librairie La Feuille d'Or", "22 rue du Vieux-Marché"),
        *("67000", "Strasbourg", "punctual"),
        phone="03 53 01 22 67",
    ),
    Customer(
        *("saint_aubin", "Commune de Saint-Aubin-le-Clair", "1 place de la Mairie"),
        *("37320", "Saint-Aubin-le-Clair", "slow"),
        phone="02 61 91 37 01",
        contact=("Service des finances", "Mandatement", "invoice"),
    ),
    Customer(
        *("halle_neuve", "Théâtre de la Halle Neuve", "15 cours de la Halle"),
        *("38000", "Grenoble", "chronic"),
        term="30/60",
        phone="04 65 71 38 15",
    ),
    Customer(
        *("petitjean", "Boulangerie Petitjean", "9 Grande Rue"),
        *("25000", "Besançon", "punctual"),
        has_email=False,
        phone="03 53 01 25 09",
    ),
    Customer(
        *("marchand", "Garage Marchand Frères", "102 route de Vienne"),
        *("69008", "Lyon", "silent"),
        phone="04 65 71 69 02",
    ),
    Customer(
        *("tilleuls", "Clinique des Tilleuls", "64 avenue des Tilleuls"),
        *("21000", "Dijon", "punctual"),
        term="45",
        phone="03 53 01 21 64",
        contact=("Nadia Belkacem", "Comptable", "invoice"),
    ),
    Customer(
        *("bastide", "Domaine de la Bastide Blanche", "Chemin des Oliviers"),
        *("83330", "Le Castellet", "slow"),
        phone="04 65 71 83 33",
    ),
    Customer(
        *("corail", "Restaurant Le Corail", "31 rue du Port"),
        *("13002", "Marseille", "chronic"),
        phone="04 65 71 13 31",
    ),
    Customer(
        *("opale", "Opale Événements", "8 boulevard Sainte-Beuve"),
        *("62200", "Boulogne-sur-Mer", "silent"),
        phone="03 53 01 62 08",
        contact=("Julien Lefèvre", "Directeur", "dunning"),
    ),
    Customer(
        *("grand_large", "Résidence du Grand Large", "2 avenue de l'Océan"),
        *("17000", "La Rochelle", "punctual"),
        phone="05 36 49 17 02",
    ),
    Customer(
        *("trois_pins", "Menuiserie des Trois Pins", "Zone artisanale des Pins"),
        *("40000", "Mont-de-Marsan", "slow"),
        phone="05 36 49 40 03",
    ),
    Customer(
        *("horizon", "Agence Horizon Paysage", "17 rue Sala"),
        *("69002", "Lyon", "new"),
        phone="04 65 71 69 17",
    ),
    Customer(
        *("mercier", "Cabinet dentaire Mercier", "5 rue Jean-Jaurès"),
        *("86000", "Poitiers", "punctual"),
        phone="05 36 49 86 05",
    ),
    Customer(
        *("verriere", "Galerie La Verrière", "29 rue de Charonne"),
        *("75011", "Paris", "chronic"),
        phone="01 99 00 11 29",
    ),
    Customer(
        *("soleil_levant", "Yoga Soleil Levant", "11 rue des Arts"),
        *("59800", "Lille", "new"),
        phone="03 53 01 59 11",
    ),
    Customer(
        *("fournil", "Le Fournil de Camblain", "40 rue Principale"),
        *("62470", "Camblain-l'Abbé", "slow"),
        has_email=False,
        phone="03 53 01 62 40",
    ),
    Customer(
        *("perrache", "Coworking Perrache", "6 place Carnot"),
        *("69002", "Lyon", "slow"),
        term="30/60",
        phone="04 65 71 69 06",
        contact=("Inès Garnier", "Office manager", "dunning"),
    ),
    Customer(
        *("vauban", "Pharmacie Vauban", "3 place Vauban"),
        *("89200", "Avallon", "punctual"),
        phone="03 53 01 89 03",
    ),
    Customer(
        *("belle_etoile", "Camping de la Belle Étoile", "Route du Lac"),
        *("74410", "Saint-Jorioz", "chronic"),
        phone="04 65 71 74 41",
    ),
    Customer(
        *("rousseau", "Atelier Rousseau Ébénistes", "14 passage du Chantier"),
        *("75012", "Paris", "slow"),
        phone="01 99 00 12 14",
    ),
    Customer(
        *("cedres", "Lycée privé Les Cèdres", "55 avenue de la République"),
        *("42000", "Saint-Étienne", "punctual"),
        term="45",
        phone="04 65 71 42 55",
    ),
    Customer(
        *("tanneurs", "Loft des Tanneurs", "18 quai des Tanneurs"),
        *("68000", "Colmar", "new"),
        phone="03 53 01 68 18",
    ),
    Customer(
        *("azur_conseil", "Azur Conseil Immobilier", "21 rue de France"),
        *("06000", "Nice", "silent"),
        phone="04 65 71 06 21",
    ),
    Customer(
        *("mirabelle", "Épicerie Mirabelle", "4 rue Saint-Dizier"),
        *("54000", "Nancy", "slow"),
        phone="03 53 01 54 04",
    ),
    Customer(
        *("bellecombe", "Chalets de Bellecombe", "Le Plan des Moulins"),
        *("73340", "Bellecombe-en-Bauges", "slow"),
        phone="04 65 71 73 34",
    ),
    Customer(
        *("orme", "Vignobles de l'Orme", "Lieu-dit L'Orme"),
        *("33330", "Saint-Émilion", "punctual"),
        phone="05 36 49 33 30",
    ),
    Customer(
        *("valmont", "Centre hospitalier de Valmont", "1 allée des Soins"),
        *("76540", "Valmont", "new"),
        phone="02 61 91 76 01",
        contact=("Service mandatement", "Mandatement", "invoice"),
    ),
    Customer(
        *("castan", "Hélène Castan", "27 rue des Tisserands"),
        *("81100", "Castres", "new"),
        phone="05 36 49 81 27",
        is_company=False,
    ),
]

ABROAD = [
    Customer(
        *("harbour", "Harbour & Lane Interiors Ltd", "27 Rivington Street"),
        *("EC2A 3DU", "London", "slow"),
        *("uk", "en_US", "30", "GBP"),
        phone="+44 20 7946 0127",
        contact=("Oliver Grant", "Accounts payable", "dunning"),
    ),
    Customer(
        *("kestrel", "Kestrel Hotels plc", "4 Charlotte Square"),
        *("EH2 4DR", "Edinburgh", "chronic"),
        *("uk", "en_US", "30", "GBP"),
        phone="+44 131 496 0104",
    ),
    Customer(
        *("juniper", "Juniper Street Studio Inc.", "118 Juniper Street"),
        *("11201", "Brooklyn", "slow"),
        *("us", "en_US", "45", "USD"),
        phone="+1 718 555 0118",
    ),
    Customer(
        *("bluebird", "Bluebird Retail Design LLC", "900 Larimer Street"),
        *("80204", "Denver", "silent"),
        *("us", "en_US", "30", "USD"),
        phone="+1 303 555 0190",
    ),
    Customer(
        *("seefeld", "Seefeld Innenarchitektur AG", "Seefeldstrasse 61"),
        *("8008", "Zürich", "slow"),
        *("ch", "en_US", "30", "CHF"),
        phone="+41 44 000 00 61",
    ),
    Customer(
        *("rives_leman", "Les Rives du Léman SA", "3 quai Perdonnet"),
        *("1800", "Vevey", "punctual"),
        *("ch", "fr_FR", "30", "CHF"),
        phone="+41 21 000 00 03",
    ),
    Customer(
        *("lindenhof", "Lindenhof Leuchten GmbH", "Lindenallee 9"),
        *("50968", "Köln", "punctual"),
        *("de", "en_US"),
        phone="+49 221 000 0009",
    ),
    Customer(
        *("prinsen", "Prinsen & Dochters B.V.", "Herengracht 310"),
        *("1016 CD", "Amsterdam", "slow"),
        *("nl", "en_US"),
        phone="+31 20 000 0310",
    ),
    Customer(
        *("ardenne", "Gîtes d'Ardenne SRL", "16 rue de la Laiterie"),
        *("6800", "Libramont", "chronic"),
        *("be", "fr_FR"),
        phone="+32 61 00 00 16",
    ),
    Customer(
        *("clover", "Clover House Ltd", "8 Merrion Row"),
        *("D02 KW74", "Dublin", "new"),
        *("ie", "en_US"),
        phone="+353 1 000 0008",
    ),
    Customer(
        *("castell", "Castell Restauració SL", "Carrer de Girona 44"),
        *("08009", "Barcelona", "slow"),
        *("es", "en_US"),
        has_email=False,
        phone="+34 930 00 00 44",
    ),
]

CUSTOMERS = FRENCH + ABROAD
