//! The answers. In: silver. Out: the rows of the gold tables, as text, in the documented order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};

use super::Rows;
use super::exact::{decimal, divide, round_quotient};
use super::silver::Silver;

pub(crate) fn tables(silver: &Silver) -> BTreeMap<&'static str, Rows> {
    BTreeMap::from([
        ("sales_by_country", sales_by_country(silver)),
        ("top_products", top_products(silver)),
        ("client_activity", client_activity(silver)),
        ("daily_revenue", daily_revenue(silver)),
        ("monthly_category_revenue", monthly_category_revenue(silver)),
        ("cohort_retention", cohort_retention(silver)),
        ("rfm_segments", rfm_segments(silver)),
        ("basket_size_by_weekday", basket_size_by_weekday(silver)),
    ])
}

/// Sums of some sales; revenue in cents.
#[derive(Debug, Clone, Default)]
struct Totals {
    sales: i128,
    units: i128,
    revenue: i128,
    customers: BTreeSet<i128>,
    products: BTreeSet<i128>,
    dates: BTreeSet<Date>,
}

impl Totals {
    fn average_sale(&self) -> String {
        match self.sales {
            0 => "NULL".to_owned(),
            sales => decimal(round_quotient(self.revenue, sales, 2, 2), 2),
        }
    }
}

/// The sales' totals by some key.
fn totals_by<K: Ord>(
    silver: &Silver,
    key: impl Fn(&super::silver::Sale) -> K,
) -> BTreeMap<K, Totals> {
    let mut totals: BTreeMap<K, Totals> = BTreeMap::new();
    for sale in silver.sales.values() {
        let of_key = totals.entry(key(sale)).or_default();
        of_key.sales += 1;
        of_key.units += sale.quantity;
        of_key.revenue += sale.amount;
        of_key.customers.insert(sale.customer_id);
        of_key.products.insert(sale.product_id);
        of_key.dates.insert(sale.date);
    }
    totals
}

fn sales_by_country(silver: &Silver) -> Rows {
    let by_country = totals_by(silver, |sale| {
        silver.customers[&sale.customer_id].country.clone()
    });
    let row = |(country, totals): (String, Totals)| {
        vec![
            country,
            totals.customers.len().to_string(),
            totals.sales.to_string(),
            totals.units.to_string(),
            decimal(totals.revenue, 2),
            totals.average_sale(),
        ]
    };
    by_country.into_iter().map(row).collect()
}

fn top_products(silver: &Silver) -> Rows {
    let mut products: Vec<(i128, Totals)> = totals_by(silver, |sale| sale.product_id)
        .into_iter()
        .collect();
    products.sort_by_key(|(id, totals)| (Reverse(totals.revenue), *id));
    let row = |(place, (id, totals)): (usize, &(i128, Totals))| {
        let product = &silver.products[id];
        vec![
            (place + 1).to_string(),
            id.to_string(),
            product.name.clone(),
            product.category.clone(),
            totals.sales.to_string(),
            totals.units.to_string(),
            decimal(totals.revenue, 2),
        ]
    };
    products.iter().take(100).enumerate().map(row).collect()
}

fn client_activity(silver: &Silver) -> Rows {
    let by_customer = totals_by(silver, |sale| sale.customer_id);
    let nothing = Totals::default();
    let row = |(id, customer): (&i128, &super::silver::Customer)| {
        let totals = by_customer.get(id).unwrap_or(&nothing);
        let date = |date: Option<&Date>| date.map_or("NULL".to_owned(), Date::to_string);
        vec![
            id.to_string(),
            customer.name.clone(),
            customer.country.clone(),
            totals.sales.to_string(),
            totals.units.to_string(),
            decimal(totals.revenue, 2),
            totals.average_sale(),
            date(totals.dates.first()),
            date(totals.dates.last()),
        ]
    };
    silver.customers.iter().map(row).collect()
}

fn daily_revenue(silver: &Silver) -> Rows {
    let days: Vec<(Date, Totals)> = totals_by(silver, |sale| sale.date).into_iter().collect();
    let row = |(index, (date, totals)): (usize, &(Date, Totals))| {
        let last_seven = &days[index.saturating_sub(6)..=index];
        let revenue: i128 = last_seven.iter().map(|(_, totals)| totals.revenue).sum();
        // Of at most seven numbers: rounding twice, as AVG and ROUND do, and once come to the same.
        let average = divide(revenue, last_seven.len() as i128);
        vec![
            date.to_string(),
            totals.sales.to_string(),
            decimal(totals.revenue, 2),
            decimal(average, 2),
        ]
    };
    days.iter().enumerate().map(row).collect()
}

fn monthly_category_revenue(silver: &Silver) -> Rows {
    let category = |product_id: i128| silver.products[&product_id].category.clone();
    let months = totals_by(silver, |sale| {
        (sale.date.first_of_month(), category(sale.product_id))
    });
    let mut previous: BTreeMap<String, i128> = BTreeMap::new();
    let row = |((month, category), totals): ((Date, String), Totals)| {
        let before = previous.insert(category.clone(), totals.revenue);
        let growth = before
            .map(|before| round_quotient(100 * (totals.revenue - before) * 100, before, 2, 2));
        let or_null =
            |value: Option<i128>| value.map_or("NULL".to_owned(), |value| decimal(value, 2));
        let (units, revenue) = (totals.units.to_string(), decimal(totals.revenue, 2));
        vec![
            month.to_string(),
            category,
            units,
            revenue,
            or_null(before),
            or_null(growth),
        ]
    };
    months.into_iter().map(row).collect()
}

fn cohort_retention(silver: &Silver) -> Rows {
    let mut cohorts: BTreeMap<(Date, i32), i128> = BTreeMap::new();
    for totals in totals_by(silver, |sale| sale.customer_id).values() {
        let months: BTreeSet<Date> = totals
            .dates
            .iter()
            .map(|date| date.first_of_month())
            .collect();
        let first = *months.first().expect("a customer with totals has sales");
        for month in &months {
            *cohorts
                .entry((first, month_number(*month) - month_number(first)))
                .or_default() += 1;
        }
    }
    let row = |(&(cohort, months_later), &active): (&(Date, i32), &i128)| {
        let size = cohorts[&(cohort, 0)];
        let retention = round_quotient(100 * active, size, 0, 1);
        vec![
            cohort.to_string(),
            months_later.to_string(),
            size.to_string(),
            active.to_string(),
            decimal(retention, 1),
        ]
    };
    cohorts.iter().map(row).collect()
}

fn month_number(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month())
}

fn rfm_segments(silver: &Silver) -> Rows {
    let by_customer = totals_by(silver, |sale| sale.customer_id);
    let last_date = |totals: &Totals| {
        *totals
            .dates
            .last()
            .expect("a customer with totals has sales")
    };
    let Some(newest) = by_customer.values().map(last_date).max() else {
        return Rows::new();
    };
    let recency = fifths(
        by_customer
            .iter()
            .map(|(&id, totals)| (last_date(totals), id)),
    );
    let frequency = fifths(
        by_customer
            .iter()
            .map(|(&id, totals)| (totals.dates.len(), id)),
    );
    let monetary = fifths(by_customer.iter().map(|(&id, totals)| (totals.revenue, id)));
    let row = |(id, totals): (&i128, &Totals)| {
        let customer = &silver.customers[id];
        let scores = (recency[id], frequency[id], monetary[id]);
        vec![
            id.to_string(),
            customer.name.clone(),
            customer.country.clone(),
            (newest - last_date(totals)).get_days().to_string(),
            totals.dates.len().to_string(),
            decimal(totals.revenue, 2),
            scores.0.to_string(),
            scores.1.to_string(),
            scores.2.to_string(),
            segment(scores).to_owned(),
        ]
    };
    by_customer.iter().map(row).collect()
}

fn segment((recency, frequency, monetary): (usize, usize, usize)) -> &'static str {
    match (recency, frequency, monetary) {
        (4.., 4.., 4..) => "Champion",
        (3.., 3.., _) => "Loyal",
        (4.., _, _) => "New or returning",
        (_, 4.., _) | (_, _, 4..) => "At risk",
        (..=2, ..=2, _) => "Lost",
        _ => "Occasional",
    }
}

/// NTILE(5): the fifth, 1 to 5, that each id is in; where the count is no multiple of five the first fifths have one more.
fn fifths<K: Ord>(keys: impl Iterator<Item = (K, i128)>) -> BTreeMap<i128, usize> {
    let mut keys: Vec<(K, i128)> = keys.collect();
    keys.sort();
    let (size, larger) = (keys.len() / 5, keys.len() % 5);
    let mut ids = keys.into_iter().map(|(_, id)| id);
    let mut fifths = BTreeMap::new();
    for fifth in 1..=5 {
        let size = size + usize::from(fifth <= larger);
        fifths.extend(ids.by_ref().take(size).map(|id| (id, fifth)));
    }
    fifths
}

fn basket_size_by_weekday(silver: &Silver) -> Rows {
    let baskets = totals_by(silver, |sale| (sale.customer_id, sale.date));
    let mut weekdays: BTreeMap<i8, Vec<&Totals>> = BTreeMap::new();
    for ((_, date), totals) in &baskets {
        weekdays
            .entry(date.weekday().to_monday_one_offset())
            .or_default()
            .push(totals);
    }
    let row = |(number, baskets): (i8, Vec<&Totals>)| {
        let count = baskets.len() as i128;
        let products = baskets
            .iter()
            .map(|basket| basket.products.len() as i128)
            .sum();
        let units = baskets.iter().map(|basket| basket.units).sum();
        let amount = baskets.iter().map(|basket| basket.revenue).sum();
        vec![
            number.to_string(),
            day_name(number).to_owned(),
            count.to_string(),
            decimal(round_quotient(products, count, 0, 2), 2),
            decimal(round_quotient(units, count, 0, 2), 2),
            decimal(round_quotient(amount, count, 2, 2), 2),
        ]
    };
    weekdays.into_iter().map(row).collect()
}

fn day_name(monday_one: i8) -> &'static str {
    match Weekday::from_monday_one_offset(monday_one).expect("1 to 7") {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}
