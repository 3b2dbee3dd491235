//! Where customers live and what they are called there. Out: countries with their share and their names.

/// A country and what its people are called.
pub(super) struct Country {
    pub(super) name: &'static str,
    /// Of a thousand customers.
    pub(super) share: u64,
    pub(super) first_names: &'static [&'static str],
    pub(super) last_names: &'static [&'static str],
}

/// No commas or quotes in them: `Customer::write` does not quote.
#[rustfmt::skip] // Else a line for each name.
pub(super) const COUNTRIES: &[Country] = &[
    Country {
        name: "United States",
        share: 250,
        first_names: &[
            "James", "Mary", "Robert", "Patricia", "Michael", "Jennifer", "David", "Linda", "Emily",
            "Daniel", "Ashley", "Joshua", "Olivia", "Ethan", "Madison", "Tyler", "Grace", "Brandon",
            "Chloe", "Aaron",
        ],
        last_names: &[
            "Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson",
            "Anderson", "Taylor", "Moore", "Jackson", "White", "Harris", "Thompson", "Walker",
            "Young", "Allen", "King", "Scott",
        ],
    },
    Country {
        name: "United Kingdom",
        share: 120,
        first_names: &[
            "Oliver", "Amelia", "George", "Isla", "Harry", "Ava", "Jack", "Freya", "Alfie", "Poppy",
            "Charlie", "Imogen", "Rhys", "Fiona", "Callum", "Bethan",
        ],
        last_names: &[
            "Evans", "Hughes", "Clarke", "Wright", "Turner", "Cooper", "Ward", "Bailey", "Shaw",
            "Marshall", "Murray", "Palmer", "Fletcher", "Barker", "Holmes", "Griffiths",
        ],
    },
    Country {
        name: "Germany",
        share: 120,
        first_names: &[
            "Lukas", "Anna", "Maximilian", "Sophie", "Jonas", "Lena", "Felix", "Hannah", "Paul",
            "Lea", "Jürgen", "Ursula", "Björn", "Käthe", "Matthias", "Sabine",
        ],
        last_names: &[
            "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker",
            "Schulz", "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein", "Schröder",
        ],
    },
    Country {
        name: "France",
        share: 110,
        first_names: &[
            "Gabriel", "Louise", "Léo", "Emma", "Raphaël", "Jade", "Hugo", "Chloé", "Jules",
            "Manon", "Élise", "Théo", "Camille", "Antoine", "Amélie", "Jean-Luc",
        ],
        last_names: &[
            "Martin", "Bernard", "Dubois", "Thomas", "Robert", "Petit", "Durand", "Leroy", "Moreau",
            "Lefèvre", "Garnier", "François", "Mercier", "Blanc", "Guérin", "Rousseau",
        ],
    },
    Country {
        name: "Spain",
        share: 70,
        first_names: &[
            "Hugo", "Lucía", "Martín", "Sofía", "Pablo", "María", "Álvaro", "Paula", "Diego",
            "Carmen", "Javier", "Elena", "Sergio", "Marta",
        ],
        last_names: &[
            "García", "Fernández", "González", "Rodríguez", "López", "Martínez", "Sánchez", "Pérez",
            "Gómez", "Ruiz", "Jiménez", "Moreno", "Muñoz", "Romero",
        ],
    },
    Country {
        name: "Italy",
        share: 70,
        first_names: &[
            "Leonardo", "Giulia", "Francesco", "Aurora", "Alessandro", "Ginevra", "Lorenzo",
            "Chiara", "Matteo", "Francesca", "Andrea", "Martina", "Giovanni", "Elisa",
        ],
        last_names: &[
            "Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci",
            "Marino", "Greco", "Bruno", "Gallo", "Conti", "Mancini",
        ],
    },
    Country {
        name: "Netherlands",
        share: 45,
        first_names: &[
            "Daan", "Tess", "Sem", "Sara", "Lars", "Fleur", "Bram", "Noor", "Thijs", "Eva", "Ruben",
            "Sanne",
        ],
        last_names: &[
            "Jansen", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters",
            "Hendriks", "Dekker", "Kok",
        ],
    },
    Country {
        name: "Poland",
        share: 45,
        first_names: &[
            "Jakub", "Zofia", "Antoni", "Maja", "Łukasz", "Agnieszka", "Paweł", "Katarzyna",
            "Michał", "Ewa", "Piotr", "Joanna",
        ],
        last_names: &[
            "Nowak", "Wójcik", "Kowalczyk", "Mazur", "Krawczyk", "Zając", "Król", "Wróbel",
            "Pawlak", "Dudek", "Sikora", "Bąk",
        ],
    },
    Country {
        name: "Sweden",
        share: 35,
        first_names: &[
            "William", "Alice", "Liam", "Maja", "Noah", "Elsa", "Åke", "Astrid", "Nils", "Ebba",
            "Göran", "Märta",
        ],
        last_names: &[
            "Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Larsson", "Olsson",
            "Persson", "Lindberg", "Sjöberg", "Åström", "Öberg",
        ],
    },
    Country {
        name: "Brazil",
        share: 50,
        first_names: &[
            "Miguel", "Helena", "Arthur", "Alice", "Heitor", "Laura", "João", "Luísa", "Rafael",
            "Beatriz", "Thiago", "Larissa",
        ],
        last_names: &[
            "Silva", "Santos", "Oliveira", "Souza", "Lima", "Pereira", "Ferreira", "Costa",
            "Almeida", "Carvalho", "Araújo", "Gonçalves",
        ],
    },
    Country {
        name: "Canada",
        share: 40,
        first_names: &[
            "Liam", "Charlotte", "Noah", "Olivia", "Logan", "Zoë", "Nathan", "Abigail", "Félix",
            "Rosalie", "Owen", "Maya",
        ],
        last_names: &[
            "Tremblay", "Roy", "Gagnon", "Campbell", "Stewart", "Morrison", "Fraser", "Bouchard",
            "Graham", "Reid", "Côté", "Gauthier",
        ],
    },
    Country {
        name: "Japan",
        share: 45,
        first_names: &[
            "Haruto", "Yui", "Sota", "Hina", "Yuto", "Sakura", "Ren", "Aoi", "Kaito", "Mei",
            "Takumi", "Akari",
        ],
        last_names: &[
            "Sato", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Ito", "Yamamoto", "Nakamura",
            "Kobayashi", "Kato", "Yoshida", "Yamada",
        ],
    },
];
