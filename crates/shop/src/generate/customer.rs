//! Customers. In: the options. Out: `customers….csv` with `customer_id,name,country,email`.
//!
//! A customer depends on the seed and the id alone: any of them can be written again without remembering it.

use super::countries::{COUNTRIES, Country};
use super::output::{Output, Rows, csv_field, number};
use super::random::{Purpose, Random};
use super::{GenerateError, GenerateOptions, csv_files, dirty_threshold};

const HEADER: &[u8] = b"customer_id,name,country,email\r\n";

pub(super) fn write(
    options: &GenerateOptions,
    output: &mut Output<'_>,
) -> Result<(), GenerateError> {
    let mut dirt = Random::new(options.seed, Purpose::CustomerDirt, 0);
    let dirty = dirty_threshold(options.dirty);
    for (name, ids) in csv_files(options, "customers", options.customers) {
        output.file(&name, "customers", |rows| {
            rows.buffer().extend_from_slice(HEADER);
            for id in ids {
                let customer = Customer::new(options.seed, id);
                if dirty > 0 && dirt.chance(dirty) {
                    write_dirty(options.seed, &customer, &mut dirt, rows)?;
                } else {
                    customer.write(rows)?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A customer with something wrong, or something wrong beside a customer.
fn write_dirty(
    seed: u64,
    customer: &Customer,
    dirt: &mut Random,
    rows: &mut Rows<'_>,
) -> Result<(), GenerateError> {
    rows.count_dirty();
    let id = customer.id.to_string();
    let (name, country, email) = (customer.name(), customer.country.name, customer.email(None));
    match dirt.below(8) {
        // No key.
        0 => write_fields(rows, "", &name, country, &email),
        // A key that is not a number.
        1 => write_fields(rows, &format!("C-{id}"), &name, country, &email),
        // No name.
        2 => write_fields(rows, &id, "", country, &email),
        // Spaces and case gone astray.
        3 => write_fields(
            rows,
            &id,
            &format!("  {}", name.to_uppercase()),
            &country.to_lowercase(),
            &email.to_uppercase(),
        ),
        4 => write_fields(
            rows,
            &id,
            &format!("{} ", name.to_lowercase()),
            &format!(" {country} "),
            &format!(" {email}"),
        ),
        // No email, which is no harm.
        5 => write_fields(rows, &id, &name, country, ""),
        // Sent twice.
        6 => {
            customer.write(rows)?;
            customer.write(rows)
        }
        // An earlier customer is sent again with a new address: the later row is the right one.
        _ => {
            customer.write(rows)?;
            let earlier = Customer::new(seed, 1 + dirt.below(customer.id));
            let email = earlier.email(Some(dirt.below(10_000)));
            write_fields(
                rows,
                &earlier.id.to_string(),
                &earlier.name(),
                earlier.country.name,
                &email,
            )
        }
    }
}

struct Customer {
    id: u64,
    first_name: &'static str,
    last_name: &'static str,
    country: &'static Country,
    email_domain: &'static str,
}

impl Customer {
    fn new(seed: u64, id: u64) -> Self {
        let mut random = Random::new(seed, Purpose::Customer, id);
        let mut share = random.below(COUNTRIES.iter().map(|country| country.share).sum());
        let mut country = &COUNTRIES[0];
        for candidate in COUNTRIES {
            country = candidate;
            if share < candidate.share {
                break;
            }
            share -= candidate.share;
        }
        Self {
            id,
            first_name: random.pick(country.first_names),
            last_name: random.pick(country.last_names),
            country,
            email_domain: random.pick(&EMAIL_DOMAINS),
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The address, or the one that `moved` tells apart from it.
    fn email(&self, moved: Option<u64>) -> String {
        let mut email = Vec::with_capacity(48);
        self.write_email(&mut email, moved);
        String::from_utf8_lossy(&email).into_owned()
    }

    fn write_email(&self, buffer: &mut Vec<u8>, moved: Option<u64>) {
        ascii_lower_case(buffer, self.first_name);
        buffer.push(b'.');
        ascii_lower_case(buffer, self.last_name);
        number(buffer, self.id);
        if let Some(moved) = moved {
            buffer.push(b'.');
            number(buffer, moved);
        }
        buffer.push(b'@');
        buffer.extend_from_slice(self.email_domain.as_bytes());
    }

    fn write(&self, rows: &mut Rows<'_>) -> Result<(), GenerateError> {
        let buffer = rows.buffer();
        number(buffer, self.id);
        for part in [
            ",",
            self.first_name,
            " ",
            self.last_name,
            ",",
            self.country.name,
            ",",
        ] {
            buffer.extend_from_slice(part.as_bytes());
        }
        self.write_email(buffer, None);
        buffer.extend_from_slice(b"\r\n");
        rows.row_done()
    }
}

fn write_fields(
    rows: &mut Rows<'_>,
    id: &str,
    name: &str,
    country: &str,
    email: &str,
) -> Result<(), GenerateError> {
    let buffer = rows.buffer();
    for (index, field) in [id, name, country, email].into_iter().enumerate() {
        if index > 0 {
            buffer.push(b',');
        }
        csv_field(buffer, field);
    }
    buffer.extend_from_slice(b"\r\n");
    rows.row_done()
}

/// A name as an email address has it: lower case, without accents and spaces.
fn ascii_lower_case(buffer: &mut Vec<u8>, name: &str) {
    for character in name.chars() {
        let plain = match character {
            'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'Á' | 'Å' => 'a',
            'ç' | 'ć' => 'c',
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'É' => 'e',
            'í' | 'ï' => 'i',
            'ł' | 'Ł' => 'l',
            'ñ' | 'ń' => 'n',
            'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ö' => 'o',
            'ś' => 's',
            'ú' | 'ü' => 'u',
            'ż' => 'z',
            character => character.to_ascii_lowercase(),
        };
        if plain.is_ascii_alphabetic() {
            buffer.push(plain as u8);
        }
    }
}

/// Domains that are set aside for examples (RFC 2606), so that no invented address belongs to anybody.
const EMAIL_DOMAINS: [&str; 3] = ["example.com", "example.net", "example.org"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_agree_with_countries_and_need_no_quotes() {
        assert_eq!(
            COUNTRIES.iter().map(|country| country.share).sum::<u64>(),
            1_000
        );
        for country in COUNTRIES {
            for text in country
                .first_names
                .iter()
                .chain(country.last_names)
                .chain([&country.name])
            {
                assert!(!text.contains([',', '"', '\r', '\n']), "{text}");
            }
        }
    }

    #[test]
    fn every_address_is_plain_and_has_all_letters_of_the_name() {
        for country in COUNTRIES {
            for name in country.first_names.iter().chain(country.last_names) {
                let mut plain = Vec::new();
                ascii_lower_case(&mut plain, name);
                assert_eq!(
                    plain.len(),
                    name.chars().filter(|c| c.is_alphabetic()).count(),
                    "{name}"
                );
            }
        }
    }
}
