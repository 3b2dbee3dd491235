//! One clean row per key. In: the bronze rows. Out: customers, products and sales by key.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Rows;
use super::bronze::Bronze;
use super::exact::decimal;

/// The silver tables by key.
#[derive(Debug, Default)]
pub(crate) struct Silver {
    pub(crate) customers: BTreeMap<i128, Customer>,
    pub(crate) products: BTreeMap<i128, Product>,
    pub(crate) sales: BTreeMap<i128, Sale>,
}

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) name: String,
    pub(crate) country: String,
    pub(crate) email: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) name: String,
    pub(crate) category: String,
    /// In cents.
    pub(crate) price: i128,
}

#[derive(Debug, Clone)]
pub(crate) struct Sale {
    pub(crate) date: Date,
    pub(crate) customer_id: i128,
    pub(crate) product_id: i128,
    pub(crate) quantity: i128,
    /// In cents.
    pub(crate) amount: i128,
}

impl Silver {
    /// Of the usable rows of a key, the last one in bronze's order stays.
    pub(crate) fn clean(bronze: &Bronze) -> Self {
        let mut silver = Self::default();
        for row in &bronze.customers {
            let (name, country) = (trimmed(&row.name), trimmed(&row.country));
            if let (Some(id), Some(name), Some(country)) = (row.customer_id, name, country) {
                let email = row
                    .email
                    .as_ref()
                    .map(|email| email.trim_matches(' ').to_lowercase());
                let customer = Customer {
                    name: initcap(name),
                    country: country.to_uppercase(),
                    email,
                };
                silver.customers.insert(id, customer);
            }
        }
        for row in &bronze.products {
            let (name, category) = (trimmed(&row.name), trimmed(&row.category));
            let price = row.price.filter(|&price| price > 0);
            if let (Some(id), Some(name), Some(category), Some(price)) =
                (row.product_id, name, category, price)
            {
                let product = Product {
                    name: initcap(name),
                    category: initcap(category),
                    price,
                };
                silver.products.insert(id, product);
            }
        }
        // First the latest row of each sale, then the joins: a correction that points nowhere takes the sale with it.
        let mut latest = BTreeMap::new();
        for row in &bronze.sales {
            let quantity = row.quantity.filter(|&quantity| quantity > 0);
            if let (Some(id), Some(date), Some(quantity)) = (row.sale_id, row.sale_date, quantity) {
                latest.insert(id, (date, quantity, row.customer_id, row.product_id));
            }
        }
        for (id, (date, quantity, customer_id, product_id)) in latest {
            let known_customer = customer_id.filter(|id| silver.customers.contains_key(id));
            if let (Some(customer_id), Some(product_id)) = (known_customer, product_id)
                && let Some(product) = silver.products.get(&product_id)
            {
                let amount = quantity * product.price;
                silver.sales.insert(
                    id,
                    Sale {
                        date,
                        customer_id,
                        product_id,
                        quantity,
                        amount,
                    },
                );
            }
        }
        silver
    }

    pub(crate) fn tables(&self) -> BTreeMap<&'static str, Rows> {
        let customers = self.customers.iter().map(|(id, customer)| {
            let email = customer.email.clone().unwrap_or_else(|| "NULL".to_owned());
            vec![
                id.to_string(),
                customer.name.clone(),
                customer.country.clone(),
                email,
            ]
        });
        let products = self.products.iter().map(|(id, product)| {
            vec![
                id.to_string(),
                product.name.clone(),
                product.category.clone(),
                decimal(product.price, 2),
            ]
        });
        let sales = self.sales.iter().map(|(id, sale)| {
            let (customer, product) = (
                &self.customers[&sale.customer_id],
                &self.products[&sale.product_id],
            );
            vec![
                id.to_string(),
                sale.date.to_string(),
                sale.customer_id.to_string(),
                customer.name.clone(),
                customer.country.clone(),
                sale.product_id.to_string(),
                product.name.clone(),
                product.category.clone(),
                sale.quantity.to_string(),
                decimal(product.price, 2),
                decimal(sale.amount, 2),
            ]
        });
        BTreeMap::from([
            ("customers_clean", customers.collect()),
            ("products_clean", products.collect()),
            ("sales_enriched", sales.collect()),
        ])
    }
}

/// Without the blanks around it; none if nothing is left. Blanks only: TRIM leaves other white space.
fn trimmed(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(|text| text.trim_matches(' '))
        .filter(|text| !text.is_empty())
}

/// First letters upper case, the others lower case; words end at white space and at Snowflake's list of signs.
fn initcap(text: &str) -> String {
    let mut at_start = true;
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if at_start {
            result.extend(character.to_uppercase());
        } else {
            result.extend(character.to_lowercase());
        }
        at_start =
            character.is_whitespace() || "!?@\"^#$&~_,.:;+-*%/|\\[](){}<>".contains(character);
    }
    result
}
