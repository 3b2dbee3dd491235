//! Who buys, and what is bought: a few often, most seldom. In: how many there are, random numbers. Out: ids.
//!
//! The id of rank r (from 0) is drawn in proportion to 1 / (r + q), Zipf's law with its head flattened. Ranks lie in
//! bands, narrow at the head and wide at the tail; one draw picks a band by an alias table (Walker's method), another a
//! rank in it. The table has some hundred bands whatever the count, and a draw takes the same time whatever the count.

use super::random::Random;

/// Ranks up to here have a band each; every doubling above has as many bands.
const BANDS_PER_DOUBLING: u64 = 64;

/// With q = n / 50 the best fifth of the customers makes about three fifths of the sales.
const FLATNESS: u64 = 50;

/// The largest count; weights of bands then fit their integers.
pub(super) const MAX_COUNT: u64 = 1_000_000_000_000;

/// Draws ids from 1 to a count, some much more often than others.
pub(super) struct Popularity {
    count: u64,
    /// Steps from one rank's id to the next one's; shares no factor with `count`, so that all ids are met.
    stride: u64,
    offset: u64,
    bands: Vec<Band>,
}

struct Band {
    first_rank: u64,
    width: u64,
    /// Of 2³² draws of this slot, so many stay in this band; the others go to `alias`.
    keep: u64,
    alias: u32,
}

impl Popularity {
    /// Of `count` ids, 1 to [`MAX_COUNT`]; `shuffle` decides which ids are the popular ones.
    pub(super) fn new(count: u64, shuffle: u64) -> Self {
        let mut bands = Vec::new();
        let mut weights = Vec::new();
        let flattening = count / FLATNESS + 1;
        let mut first_rank = 0;
        while first_rank < count {
            let octave = (first_rank / BANDS_PER_DOUBLING)
                .checked_ilog2()
                .unwrap_or(0);
            let width = (1_u64 << octave).min(count - first_rank);
            let middle = u128::from(first_rank) + u128::from(width / 2);
            weights.push(
                (u128::from(width) << 32) * u128::from(flattening)
                    / (middle + u128::from(flattening)),
            );
            bands.push(Band {
                first_rank,
                width,
                keep: 1 << 32,
                alias: 0,
            });
            first_rank += width;
        }
        fill_alias_table(&mut bands, weights);
        // Near the golden section neighbours in rank land far apart.
        let golden = (u128::from(count) * 618 / 1000) as u64;
        let stride = (golden.max(1)..)
            .find(|&stride| greatest_common_divisor(stride, count) == 1)
            .unwrap_or(1);
        Self {
            count,
            stride,
            offset: shuffle % count,
            bands,
        }
    }

    /// An id from 1 to the count.
    #[inline]
    pub(super) fn draw(&self, random: &mut Random) -> u64 {
        let bits = random.bits();
        let slot = ((bits >> 32) * self.bands.len() as u64) >> 32;
        let mut band = &self.bands[slot as usize];
        if (bits & 0xffff_ffff) >= band.keep {
            band = &self.bands[band.alias as usize];
        }
        let rank = match band.width {
            1 => band.first_rank,
            width => band.first_rank + random.below(width),
        };
        self.id(rank)
    }

    #[inline]
    fn id(&self, rank: u64) -> u64 {
        let place = if self.count <= u64::from(u32::MAX) {
            (rank * self.stride + self.offset) % self.count
        } else {
            let place = u128::from(rank) * u128::from(self.stride) + u128::from(self.offset);
            (place % u128::from(self.count)) as u64
        };
        place + 1
    }
}

/// Vose's way to fill the table, in integers: each slot holds the average weight, from its own band and one other.
fn fill_alias_table(bands: &mut [Band], weights: Vec<u128>) {
    let slots = weights.len() as u128;
    let average: u128 = weights.iter().sum();
    let mut weights: Vec<u128> = weights.into_iter().map(|weight| weight * slots).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..weights.len()).partition(|&slot| weights[slot] < average);
    while let (Some(&giver), Some(slot)) = (large.last(), small.pop()) {
        bands[slot].keep = ((weights[slot] << 32) / average) as u64;
        bands[slot].alias = giver as u32;
        weights[giver] -= average - weights[slot];
        if weights[giver] < average {
            large.pop();
            small.push(giver);
        }
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use super::super::random::Purpose;
    use super::*;

    #[test]
    fn every_rank_has_an_id_of_its_own() {
        for count in [1, 2, 3, 10, 64, 65, 500, 4_096, 10_007] {
            let popularity = Popularity::new(count, 12_345);
            let mut ids: Vec<u64> = (0..count).map(|rank| popularity.id(rank)).collect();
            ids.sort_unstable();
            assert!(ids.into_iter().eq(1..=count), "{count}");
            let ranks: u64 = popularity.bands.iter().map(|band| band.width).sum();
            assert_eq!(ranks, count);
        }
    }

    #[test]
    fn draws_follow_the_law() {
        let count = 10_000_u64;
        let popularity = Popularity::new(count, 7);
        let mut random = Random::new(1, Purpose::Sale, 0);
        let mut draws = vec![0_u64; count as usize + 1];
        let total = 2_000_000_u64;
        for _ in 0..total {
            draws[popularity.draw(&mut random) as usize] += 1;
        }
        // The expected share of the first k ranks, summed rank by rank.
        let share = |ranks: u64| {
            (0..ranks)
                .map(|rank| 1.0 / (rank + count / FLATNESS + 1) as f64)
                .sum::<f64>()
        };
        for ranks in [1, 10, 64, 100, 1_000, 2_000, 5_000, 9_999] {
            let drawn: u64 = (0..ranks)
                .map(|rank| draws[popularity.id(rank) as usize])
                .sum();
            let (expected, drawn) = (share(ranks) / share(count), drawn as f64 / total as f64);
            assert!(
                (drawn - expected).abs() < 0.002 + expected * 0.03,
                "{ranks}: {drawn} of {expected}"
            );
        }
    }

    #[test]
    fn the_table_stays_small() {
        assert!(Popularity::new(MAX_COUNT, 7).bands.len() < 5_000);
        let mut random = Random::new(1, Purpose::Sale, 0);
        let popularity = Popularity::new(MAX_COUNT, 7);
        assert!((0..1_000).all(|_| (1..=MAX_COUNT).contains(&popularity.draw(&mut random))));
    }
}
