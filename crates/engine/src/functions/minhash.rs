//! MINHASH's states: how two are put together, and how much alike the sets behind them are.

use super::add;
use super::digest::mix;
use super::native::{Raised, native};
use duckdb::Connection;
use serde_json::Value;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Mix>(database)?;
    add::<Combine>(database)?;
    add::<Similarity>(database)
}

native! {
    /// One of a family of hashes of a hash, as a positive number.
    Mix = "snowmelt_mix"(Integer, Integer) -> Integer, |row, cache: (), out| {
        let (Some(hash), Some(seed)) = (row.integer(0), row.integer(1)) else { return Ok(()) };
        let mixed = mix((hash as u64).wrapping_add(mix(seed as u64 + 1)));
        out.integer((mixed >> 1) as i64);
        Ok(())
    }
}

/// The states in a JSON array of MINHASH's objects; NULLs are left out.
fn states(json: &str) -> Result<Vec<Vec<u64>>, Raised> {
    let invalid = || Raised::new("100078", "22023", "Invalid MinHash state");
    let objects: Vec<Value> = serde_json::from_str(json).map_err(|_| invalid())?;
    let states: Vec<Vec<u64>> = objects
        .iter()
        .filter(|object| !object.is_null())
        .map(|object| {
            let state = object["state"].as_array().ok_or_else(invalid)?;
            state
                .iter()
                .map(|value| value.as_u64().ok_or_else(invalid))
                .collect()
        })
        .collect::<Result<_, _>>()?;
    match states.windows(2).all(|pair| pair[0].len() == pair[1].len()) {
        true => Ok(states),
        false => Err(invalid()),
    }
}

native! {
    /// MINHASH_COMBINE of an array of states.
    Combine = "snowmelt_minhash_combine"(Text) -> Json, |row, cache: (), out| {
        let Some(json) = row.text(0) else { return Ok(()) };
        let states = states(json)?;
        let length = states.first().map_or(0, Vec::len);
        let least: Vec<u64> = (0..length)
            .filter_map(|place| states.iter().map(|state| state[place]).min())
            .collect();
        let combined = serde_json::json!({ "state": least, "type": "minhash", "version": 1 });
        out.text(&combined.to_string());
        Ok(())
    }
}

native! {
    /// APPROXIMATE_SIMILARITY of an array of states: in how many places all agree.
    Similarity = "snowmelt_minhash_similarity"(Text) -> Float, |row, cache: (), out| {
        let Some(json) = row.text(0) else { return Ok(()) };
        let states = states(json)?;
        let Some(first) = states.first() else {
            out.null();
            return Ok(());
        };
        let agree = (0..first.len())
            .filter(|place| states.iter().all(|state| state[*place] == first[*place]))
            .count();
        out.float(agree as f64 / first.len().max(1) as f64);
        Ok(())
    }
}
