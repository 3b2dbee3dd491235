//! Generated data: numbers and texts that follow from a seed, and counters.

use super::add;
use super::digest::mix;
use super::native::{Raised, native};
use duckdb::Connection;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Next>(database)?;
    add::<Random>(database)?;
    add::<UniformInteger>(database)?;
    add::<UniformFloat>(database)?;
    add::<Normal>(database)?;
    add::<Zipf>(database)?;
    add::<RandomText>(database)
}

/// Statements whose counters are kept; older ones have ended long ago.
const KEPT: usize = 1024;

/// A statement (its seed) and a place in it.
type Site = (i64, i64);

/// A counter for each place in each running statement.
static COUNTERS: LazyLock<Mutex<HashMap<Site, Arc<AtomicU64>>>> = LazyLock::new(Mutex::default);

/// The counter of a statement and a place in it, from vector to vector.
#[derive(Default)]
pub(crate) struct Counter(Option<(Site, Arc<AtomicU64>)>);

impl Counter {
    fn next(&mut self, statement: i64, place: i64) -> u64 {
        let key = (statement, place);
        if self.0.as_ref().is_none_or(|(known, _)| *known != key) {
            let mut counters = crate::lock(&COUNTERS);
            if counters.len() >= KEPT && !counters.contains_key(&key) {
                counters.clear();
            }
            self.0 = Some((key, Arc::clone(counters.entry(key).or_default())));
        }
        self.0
            .as_ref()
            .map_or(0, |(_, counter)| counter.fetch_add(1, Ordering::Relaxed))
    }
}

native! {
    /// 0, 1, 2, … in a statement (its seed) and a place in it.
    [volatile] Next = "snowmelt_next"(Integer, Integer) -> Integer, |row, cache: Counter, out| {
        let (statement, place) = (row.integer(0).unwrap_or(0), row.integer(1).unwrap_or(0));
        out.integer(cache.next(statement, place) as i64);
        Ok(())
    }
}

native! {
    /// RANDOM(seed) in a statement and a place in it: another number for each row, the same ones for the same seed.
    [volatile] Random = "snowmelt_random"(Integer, Integer, Integer) -> Integer, |row, cache: Counter, out| {
        let (seed, statement, place) =
            (row.integer(0).unwrap_or(0), row.integer(1).unwrap_or(0), row.integer(2).unwrap_or(0));
        let number = cache.next(statement, place);
        out.integer(mix(mix(seed as u64).wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))) as i64);
        Ok(())
    }
}

/// A generated number as a share of 1, below 1.
fn share(generated: i64) -> f64 {
    (mix(generated as u64) >> 11) as f64 / (1_u64 << 53) as f64
}

native! {
    /// UNIFORM(least, greatest, generated) of whole numbers.
    UniformInteger = "snowmelt_uniform_integer"(Integer, Integer, Integer) -> Integer, |row, cache: (), out| {
        let (Some(least), Some(greatest), Some(generated)) = (row.integer(0), row.integer(1), row.integer(2)) else {
            return Ok(());
        };
        if greatest < least {
            return Err(Raised::new("100052", "22023", format!("Invalid parameter value: {greatest}. Reason: max must not be less than min")));
        }
        let count = (i128::from(greatest) - i128::from(least) + 1) as u128;
        let picked = (u128::from(mix(generated as u64)) * count) >> 64;
        out.integer((i128::from(least) + picked as i128) as i64);
        Ok(())
    }
}

native! {
    /// UNIFORM(least, greatest, generated) of FLOATs.
    UniformFloat = "snowmelt_uniform_float"(Float, Float, Integer) -> Float, |row, cache: (), out| {
        let (Some(least), Some(greatest), Some(generated)) = (row.float(0), row.float(1), row.integer(2)) else {
            return Ok(());
        };
        out.float(least + (greatest - least) * share(generated));
        Ok(())
    }
}

native! {
    /// NORMAL(mean, standard deviation, generated).
    Normal = "snowmelt_normal"(Float, Float, Integer) -> Float, |row, cache: (), out| {
        let (Some(mean), Some(deviation), Some(generated)) = (row.float(0), row.float(1), row.integer(2)) else {
            return Ok(());
        };
        let (first, second) = (1.0 - share(generated), share(generated ^ i64::MIN));
        out.float(mean + deviation * (-2.0 * first.ln()).sqrt() * (std::f64::consts::TAU * second).cos());
        Ok(())
    }
}

/// The running sums of 1/rank^exponent.
#[derive(Default)]
pub(crate) struct Distribution {
    exponent: f64,
    sums: Vec<f64>,
}

native! {
    /// ZIPF(exponent, ranks, generated).
    Zipf = "snowmelt_zipf"(Float, Integer, Integer) -> Integer, |row, cache: Distribution, out| {
        let (Some(exponent), Some(ranks), Some(generated)) = (row.float(0), row.integer(1), row.integer(2)) else {
            return Ok(());
        };
        let count = usize::try_from(ranks).ok().filter(|count| (1..=16_777_215).contains(count)).ok_or_else(|| {
            Raised::new("100052", "22023", format!("Invalid parameter value: {ranks}. Reason: the number of elements must be between 1 and 16777215"))
        })?;
        if cache.sums.len() != count || cache.exponent != exponent {
            cache.exponent = exponent;
            let mut sum = 0.0;
            cache.sums = (1..=count)
                .map(|rank| {
                    sum += (rank as f64).powf(-exponent);
                    sum
                })
                .collect();
        }
        let wanted = share(generated) * cache.sums[count - 1];
        out.integer(cache.sums.partition_point(|sum| *sum <= wanted).min(count - 1) as i64 + 1);
        Ok(())
    }
}

native! {
    /// RANDSTR(length, generated).
    RandomText = "snowmelt_randstr"(Integer, Integer) -> Text, |row, cache: (), out| {
        const CHARACTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let (Some(length), Some(generated)) = (row.integer(0), row.integer(1)) else { return Ok(()) };
        let length = usize::try_from(length).unwrap_or(0).min(16_777_216);
        for at in 0..length {
            let bits = mix((generated as u64).wrapping_add((at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            out.scratch.push(char::from(CHARACTERS[(bits % 62) as usize]));
        }
        out.scratch();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{one, rows};

    #[test]
    fn counters_count_per_statement_and_place() {
        assert_eq!(rows("SELECT snowmelt_next(7, 0) FROM range(3)").len(), 3);
        assert_eq!(
            one("SELECT sum(n) FROM (SELECT snowmelt_next(8, 0) AS n FROM range(5000))"),
            "12497500"
        );
        assert_eq!(
            one("SELECT sum(n) FROM (SELECT snowmelt_next(8, 1) AS n FROM range(10))"),
            "45"
        );
        assert_eq!(
            one("SELECT snowmelt_random(1, 9, 0) = snowmelt_random(1, 9, 1)"),
            "true"
        );
    }

    #[test]
    fn numbers_stay_in_their_bounds() {
        let sql = "SELECT min(u) || ' ' || max(u) FROM (SELECT snowmelt_uniform_integer(1, 10, i) AS u FROM range(1000) t(i))";
        assert_eq!(one(sql), "1 10");
        let sql = "SELECT min(z) || ' ' || max(z) FROM (SELECT snowmelt_zipf(1, 5, i) AS z FROM range(1000) t(i))";
        assert_eq!(one(sql), "1 5");
        assert_eq!(one("SELECT length(snowmelt_randstr(5, 1))"), "5");
        assert_eq!(
            one(
                "SELECT abs(avg(n)) < 0.2 FROM (SELECT snowmelt_normal(0, 1, i) AS n FROM range(1000) t(i))"
            ),
            "true"
        );
    }
}
