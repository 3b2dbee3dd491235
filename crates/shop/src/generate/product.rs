//! Products. In: the options. Out: `products….csv` with `product_id,name,category,price`.
//!
//! A product depends on the seed and the id alone, so its price is the same whenever and wherever it is asked for.

use super::output::{Output, Rows, csv_field, number};
use super::random::{Purpose, Random, hash};
use super::{GenerateError, GenerateOptions, csv_files, dirty_threshold};

const HEADER: &[u8] = b"product_id,name,category,price\r\n";

pub(super) fn write(
    options: &GenerateOptions,
    output: &mut Output<'_>,
) -> Result<(), GenerateError> {
    let mut dirt = Random::new(options.seed, Purpose::ProductDirt, 0);
    let dirty = dirty_threshold(options.dirty);
    for (name, ids) in csv_files(options, "products", options.products) {
        output.file(&name, "products", |rows| {
            rows.buffer().extend_from_slice(HEADER);
            for id in ids {
                let product = Product::new(options.seed, id);
                if dirty > 0 && dirt.chance(dirty) {
                    write_dirty(&product, &mut dirt, rows)?;
                } else {
                    product.write(rows)?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A product with something wrong, or something wrong beside a product.
fn write_dirty(
    product: &Product,
    dirt: &mut Random,
    rows: &mut Rows<'_>,
) -> Result<(), GenerateError> {
    rows.count_dirty();
    let id = product.id.to_string();
    let (name, category, price) = (
        &product.name,
        product.category.name,
        price_text(product.price_cents),
    );
    match dirt.below(8) {
        // No key.
        0 => write_fields(rows, "", name, category, &price),
        // Prices that are none.
        1 => write_fields(rows, &id, name, category, "n/a"),
        2 => write_fields(rows, &id, name, category, ""),
        3 => write_fields(rows, &id, name, category, "0.00"),
        4 => write_fields(rows, &id, name, category, &format!("-{price}")),
        // Spaces and case gone astray.
        5 => write_fields(
            rows,
            &id,
            &format!("  {}", name.to_uppercase()),
            &format!("{} ", category.to_lowercase()),
            &price,
        ),
        // Sent twice.
        6 => {
            product.write(rows)?;
            product.write(rows)
        }
        // A wrong price first, then the right one: the later row is the right one.
        _ => {
            write_fields(
                rows,
                &id,
                name,
                category,
                &price_text(product.price_cents + 100),
            )?;
            product.write(rows)
        }
    }
}

struct Product {
    id: u64,
    name: String,
    category: &'static Category,
    price_cents: u64,
}

impl Product {
    fn new(seed: u64, id: u64) -> Self {
        let category = category(seed, id);
        let mut random = Random::new(seed, Purpose::Product, id);
        let adjective = random.pick(ADJECTIVES);
        let noun = random.pick(category.nouns);
        let name = match random.below(8) {
            0 => format!("{adjective} {noun}, {}", random.pick(COLOURS)),
            1 => format!("{adjective} {noun} {}\"", 7 + random.below(40)),
            2 => format!("{adjective} {noun} (Set Of {})", 2 + random.below(5)),
            _ => format!("{adjective} {noun} {}", 100 + random.below(900)),
        };
        // Most products are at the cheap end of their category.
        let (cheapest, dearest) = category.whole_price;
        let place = random.below(1 << 16) * random.below(1 << 16);
        let whole = cheapest + (((dearest - cheapest) * place) >> 32);
        let price_cents = whole * 100 + random.pick(&[99, 99, 99, 95, 90, 50, 49, 0]);
        Self {
            id,
            name,
            category,
            price_cents,
        }
    }

    fn write(&self, rows: &mut Rows<'_>) -> Result<(), GenerateError> {
        let buffer = rows.buffer();
        number(buffer, self.id);
        buffer.push(b',');
        csv_field(buffer, &self.name);
        buffer.push(b',');
        buffer.extend_from_slice(self.category.name.as_bytes());
        buffer.push(b',');
        buffer.extend_from_slice(price_text(self.price_cents).as_bytes());
        buffer.extend_from_slice(b"\r\n");
        rows.row_done()
    }
}

fn price_text(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn write_fields(
    rows: &mut Rows<'_>,
    id: &str,
    name: &str,
    category: &str,
    price: &str,
) -> Result<(), GenerateError> {
    let buffer = rows.buffer();
    for (index, field) in [id, name, category, price].into_iter().enumerate() {
        if index > 0 {
            buffer.push(b',');
        }
        csv_field(buffer, field);
    }
    buffer.extend_from_slice(b"\r\n");
    rows.row_done()
}

/// How much a product is in season in a month, 1 to 12: the chance, of 256, that somebody who thinks of it buys it.
#[inline]
pub(super) fn season(seed: u64, id: u64, month: i8) -> u64 {
    u64::from(category(seed, id).season[usize::from(month.unsigned_abs()) - 1])
}

#[inline]
fn category(seed: u64, id: u64) -> &'static Category {
    let bits = hash(seed, Purpose::Category, id);
    &CATEGORIES[(((bits >> 32) * CATEGORIES.len() as u64) >> 32) as usize]
}

struct Category {
    name: &'static str,
    /// The cheapest and the dearest product, in whole units of money.
    whole_price: (u64, u64),
    season: [u8; 12],
    nouns: &'static [&'static str],
}

const ADJECTIVES: &[&str] = &[
    "Classic",
    "Compact",
    "Deluxe",
    "Everyday",
    "Premium",
    "Smart",
    "Travel",
    "Lightweight",
    "Vintage",
    "Mini",
    "Pro",
    "Eco",
    "Nordic",
    "Essential",
    "Rugged",
    "Silent",
];

const COLOURS: &[&str] = &[
    "Black", "White", "Blue", "Green", "Red", "Sand", "Grey", "Copper",
];

#[rustfmt::skip] // Else a line for each word.
const CATEGORIES: &[Category] = &[
    Category {
        name: "Electronics",
        whole_price: (14, 899),
        season: [150, 140, 145, 150, 150, 150, 150, 155, 165, 170, 255, 255],
        nouns: &[
            "Headphones", "Speaker", "Keyboard", "Monitor", "Camera", "Charger", "Tablet",
            "Microphone", "Router",
        ],
    },
    Category {
        name: "Home",
        whole_price: (9, 249),
        season: [200, 190, 190, 180, 170, 160, 160, 160, 190, 210, 220, 220],
        nouns: &[
            "Lamp", "Cushion", "Rug", "Curtain", "Mirror", "Shelf", "Blanket", "Candle", "Clock",
        ],
    },
    Category {
        name: "Kitchen",
        whole_price: (6, 189),
        season: [180, 170, 170, 170, 170, 160, 160, 160, 180, 190, 220, 240],
        nouns: &[
            "Frying Pan", "Knife", "Kettle", "Mug", "Blender", "Cutting Board", "Teapot", "Scale",
            "Toaster",
        ],
    },
    Category {
        name: "Garden",
        whole_price: (5, 299),
        season: [60, 80, 180, 250, 255, 240, 210, 180, 150, 110, 60, 50],
        nouns: &[
            "Hose", "Planter", "Pruner", "Lantern", "Grill", "Deck Chair", "Spade", "Bird Feeder",
        ],
    },
    Category {
        name: "Sports",
        whole_price: (7, 349),
        season: [230, 200, 190, 200, 210, 220, 210, 200, 190, 170, 180, 200],
        nouns: &[
            "Yoga Mat", "Dumbbell", "Water Bottle", "Backpack", "Tent", "Bike Light", "Football",
            "Racket",
        ],
    },
    Category {
        name: "Toys",
        whole_price: (4, 129),
        season: [90, 90, 100, 110, 110, 120, 120, 110, 110, 140, 230, 255],
        nouns: &[
            "Puzzle", "Building Blocks", "Board Game", "Train", "Doll", "Kite", "Drone",
            "Plush Bear",
        ],
    },
    Category {
        name: "Books",
        whole_price: (5, 59),
        season: [180, 170, 170, 170, 170, 190, 210, 200, 200, 180, 200, 240],
        nouns: &[
            "Novel", "Cookbook", "Atlas", "Diary", "Comic", "Biography", "Guidebook", "Dictionary",
        ],
    },
    Category {
        name: "Beauty",
        whole_price: (4, 99),
        season: [160, 200, 170, 180, 200, 180, 180, 170, 170, 170, 200, 230],
        nouns: &[
            "Face Cream", "Shampoo", "Perfume", "Lipstick", "Soap", "Brush", "Sunscreen", "Serum",
        ],
    },
    Category {
        name: "Clothing",
        whole_price: (9, 219),
        season: [190, 170, 200, 200, 190, 180, 180, 170, 220, 210, 220, 220],
        nouns: &[
            "Jacket", "Shirt", "Scarf", "Jeans", "Sneakers", "Sweater", "Socks", "Dress", "Belt",
        ],
    },
    Category {
        name: "Grocery",
        whole_price: (1, 39),
        season: [180, 180, 180, 185, 185, 185, 185, 185, 180, 185, 190, 220],
        nouns: &[
            "Coffee", "Olive Oil", "Chocolate", "Tea", "Honey", "Granola", "Pasta", "Spice Mix",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_stay_in_their_category() {
        for id in 1..5_000 {
            let product = Product::new(3, id);
            let (cheapest, dearest) = product.category.whole_price;
            assert!(
                (cheapest * 100..=dearest * 100 + 99).contains(&product.price_cents),
                "{}",
                product.name
            );
            assert_eq!(product.price_cents, Product::new(3, id).price_cents);
        }
    }
}
