//! How busy each day is. In: a seed, a period, a number of sales. Out: the period's days with their share of the sales.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::random::{Purpose, Random};

/// A day and how many sales it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) date: Date,
    pub(super) sales: u64,
}

/// `days` days from `first_date`, over which `sales` sales are spread without remainder.
pub(super) fn plan(seed: u64, first_date: Date, days: u32, sales: u64) -> Vec<Day> {
    let dates = first_date.series(1.day()).take(days as usize);
    let weighted: Vec<(Date, u64)> = dates.map(|date| (date, weight(seed, date))).collect();
    let total: u128 = weighted.iter().map(|&(_, weight)| u128::from(weight)).sum();
    let mut weight_so_far = 0;
    let mut sales_so_far = 0;
    let mut day = |(date, weight): (Date, u64)| {
        weight_so_far += u128::from(weight);
        let sales_by_then = (u128::from(sales) * weight_so_far / total) as u64;
        let sales = sales_by_then - sales_so_far;
        sales_so_far = sales_by_then;
        Day { date, sales }
    };
    weighted.into_iter().map(&mut day).collect()
}

/// How busy a day is; only meaningful beside other days.
fn weight(seed: u64, date: Date) -> u64 {
    let weekday = match date.weekday() {
        Weekday::Monday => 92,
        Weekday::Tuesday => 88,
        Weekday::Wednesday => 90,
        Weekday::Thursday => 96,
        Weekday::Friday => 112,
        Weekday::Saturday => 132,
        Weekday::Sunday => 118,
    };
    let month = [84, 80, 90, 94, 98, 97, 92, 90, 98, 104, 128, 152]
        [usize::from(date.month().unsigned_abs()) - 1];
    let index = u64::from(date.year().unsigned_abs()) * 1_000
        + u64::from(date.day_of_year().unsigned_abs());
    let chance = 90 + Random::new(seed, Purpose::Calendar, index).below(21);
    weekday * month * chance * occasion(date)
}

/// Percent of an ordinary day.
fn occasion(date: Date) -> u64 {
    let days_after_thanksgiving = match date.month() {
        11 | 12 => Date::new(date.year(), 11, 1)
            .and_then(|november| november.nth_weekday_of_month(4, Weekday::Thursday))
            .and_then(|thanksgiving| date.since(thanksgiving))
            .map_or(0, |span| span.get_days()),
        _ => 0,
    };
    match (date.month(), date.day(), days_after_thanksgiving) {
        (_, _, 1) => 300,
        (_, _, 2 | 3) => 150,
        (_, _, 4) => 220,
        (12, 24..=26, _) => 50,
        (1, 1, _) => 60,
        _ => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn all_sales_are_spread() {
        for (days, sales) in [(1, 0), (1, 7), (90, 100_000), (365, 11), (400, 1_000_003)] {
            let plan = plan(1, date(2026, 1, 1), days, sales);
            assert_eq!(plan.len(), days as usize);
            assert_eq!(plan.iter().map(|day| day.sales).sum::<u64>(), sales);
        }
    }

    #[test]
    fn weekends_seasons_and_black_friday_show() {
        let plan = plan(1, date(2026, 1, 1), 365, 36_500_000);
        let average = |wanted: &dyn Fn(Date) -> bool| {
            let days: Vec<u64> = plan
                .iter()
                .filter(|day| wanted(day.date))
                .map(|day| day.sales)
                .collect();
            days.iter().sum::<u64>() / days.len() as u64
        };
        let saturdays = average(&|date| date.weekday() == Weekday::Saturday);
        let tuesdays = average(&|date| date.weekday() == Weekday::Tuesday);
        assert!(saturdays > tuesdays * 13 / 10, "{saturdays} {tuesdays}");
        let (february, december) = (
            average(&|date| date.month() == 2),
            average(&|date| date.month() == 12),
        );
        assert!(december > february * 15 / 10, "{december} {february}");
        let busiest = plan.iter().max_by_key(|day| day.sales).unwrap();
        assert_eq!(busiest.date, date(2026, 11, 27));
    }
}
