//! Which records the pipes accept, and as what. In: the generated files. Out: the raw rows and the counts of the loads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::Value;

use super::{Load, exact};

/// The bronze tables, each in the order in which silver prefers rows: the last one of a key wins.
#[derive(Debug, Default)]
pub(crate) struct Bronze {
    pub(crate) customers: Vec<Customer>,
    pub(crate) products: Vec<Product>,
    pub(crate) sales: Vec<Sale>,
    pub(crate) loads: BTreeMap<&'static str, Load>,
}

#[derive(Debug, Clone)]
pub(crate) struct Customer {
    pub(crate) customer_id: Option<i128>,
    pub(crate) name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) email: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) product_id: Option<i128>,
    pub(crate) name: Option<String>,
    pub(crate) category: Option<String>,
    /// In cents.
    pub(crate) price: Option<i128>,
}

#[derive(Debug, Clone)]
pub(crate) struct Sale {
    pub(crate) sale_id: Option<i128>,
    pub(crate) customer_id: Option<i128>,
    pub(crate) product_id: Option<i128>,
    pub(crate) quantity: Option<i128>,
    pub(crate) sale_date: Option<Date>,
}

/// The fields of a record by their column's name.
type Fields<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// A value that does not fit its column: its record is rejected.
struct Misfit;

impl Bronze {
    /// Reads `customers*.csv`, `products*.csv` and `sales*.json`, each table's files by name, as silver orders them.
    pub(crate) fn read(data_dir: &Path) -> Self {
        let mut bronze = Self::default();
        for table in ["customers", "products", "sales"] {
            let mut load = Load::default();
            for file in files(data_dir, table) {
                load.files += 1;
                let before = load.loaded;
                match table {
                    "sales" => read_json_lines(&file, &mut load, &mut bronze.sales),
                    "products" => read_csv(&file, &mut load, &mut bronze.products, product),
                    _ => read_csv(&file, &mut load, &mut bronze.customers, customer),
                }
                assert!(load.loaded >= before && load.parsed == load.loaded + load.rejected);
            }
            bronze.loads.insert(table, load);
        }
        bronze
    }
}

fn files(data_dir: &Path, table: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data_dir).expect("the data folder");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry of the data folder").path())
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(table))
        })
        .collect();
    files.sort();
    files
}

fn read_csv<T>(
    file: &Path,
    load: &mut Load,
    rows: &mut Vec<T>,
    row: fn(&Fields<'_>) -> Result<T, Misfit>,
) {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(file)
        .expect("a CSV file");
    let header = reader.headers().expect("a header").clone();
    for record in reader.records() {
        let record = record.expect("a CSV record");
        load.parsed += 1;
        // An empty field is NULL.
        let field = |name: &str| {
            let position = header
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))?;
            record
                .get(position)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        match row(&field) {
            Ok(row) => {
                load.loaded += 1;
                rows.push(row);
            }
            Err(Misfit) => load.rejected += 1,
        }
    }
}

fn customer(field: &Fields<'_>) -> Result<Customer, Misfit> {
    Ok(Customer {
        customer_id: number(field("customer_id"), 0)?,
        name: field("name"),
        country: field("country"),
        email: field("email"),
    })
}

fn product(field: &Fields<'_>) -> Result<Product, Misfit> {
    Ok(Product {
        product_id: number(field("product_id"), 0)?,
        name: field("name"),
        category: field("category"),
        price: number(field("price"), 2)?,
    })
}

fn number(text: Option<String>, scale: u32) -> Result<Option<i128>, Misfit> {
    text.map(|text| exact::parse(&text, scale).ok_or(Misfit))
        .transpose()
}

fn read_json_lines(file: &Path, load: &mut Load, rows: &mut Vec<Sale>) {
    for line in std::fs::read_to_string(file)
        .expect("a file of JSON lines")
        .lines()
    {
        load.parsed += 1;
        match sale(line) {
            Ok(sale) => {
                load.loaded += 1;
                rows.push(sale);
            }
            Err(Misfit) => load.rejected += 1,
        }
    }
}

fn sale(line: &str) -> Result<Sale, Misfit> {
    let record: Value = serde_json::from_str(line).map_err(|_| Misfit)?;
    let record = record.as_object().ok_or(Misfit)?;
    let integer = |key: &str| match record.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => number_or_panic(&number.to_string()),
        Some(Value::String(text)) => exact::parse(text, 0).map(Some).ok_or(Misfit),
        Some(other) => panic!("no rule for {key}: {other}"),
    };
    let sale_date = match record.get("sale_date") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(date(text).ok_or(Misfit)?),
        Some(other) => panic!("no rule for sale_date: {other}"),
    };
    Ok(Sale {
        sale_id: integer("sale_id")?,
        customer_id: integer("customer_id")?,
        product_id: integer("product_id")?,
        quantity: integer("quantity")?,
        sale_date,
    })
}

fn number_or_panic(text: &str) -> Result<Option<i128>, Misfit> {
    Ok(Some(exact::parse(text, 0).unwrap_or_else(|| {
        panic!("no rule for the number {text}")
    })))
}

/// `YYYY-MM-DD` and a day that exists.
fn date(text: &str) -> Option<Date> {
    let shape_fits = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let part =
        |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<i16>().ok());
    if !shape_fits {
        return None;
    }
    Date::new(part(0..4)?, part(5..7)? as i8, part(8..10)? as i8).ok()
}
