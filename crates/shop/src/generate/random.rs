//! Random numbers that are the same everywhere. In: a seed and what the numbers are for. Out: integers.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// What a stream of numbers is for, so that one part of the data does not change when another does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Calendar = 1,
    Customer = 2,
    CustomerDirt = 3,
    Product = 4,
    ProductDirt = 5,
    Category = 6,
    Sale = 7,
    SaleDirt = 8,
}

/// A stream of random numbers.
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream for the `index`th thing of a kind: the same whenever and in whatever order it is asked for.
    pub(super) fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(hash(
            seed, purpose, index,
        )))
    }

    #[inline]
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 up to, not including, `bound`. The bias of a multiplication is below 2⁻³² for our bounds.
    #[inline]
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// One of `choices`, which are never none.
    #[inline]
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// True in `threshold` of 2³² cases.
    #[inline]
    pub(super) fn chance(&mut self, threshold: u64) -> bool {
        (self.bits() >> 32) < threshold
    }
}

/// 64 bits that depend on every bit of the three.
pub(super) fn hash(seed: u64, purpose: Purpose, index: u64) -> u64 {
    mix(mix(mix(seed).wrapping_add(purpose as u64)).wrapping_add(index))
}

/// The output function of SplitMix64.
#[inline]
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
