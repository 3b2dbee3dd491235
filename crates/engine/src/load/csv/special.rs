//! The next byte that means something outside of an enclosed field.

/// Up to three bytes that are looked for together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Special {
    bytes: [u8; 3],
    lanes: [u64; 3],
}

const LOW_BITS: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

impl Special {
    /// Looks for these bytes; at least one.
    pub(crate) fn new(bytes: impl IntoIterator<Item = u8>) -> Self {
        let mut all = [0; 3];
        for (index, byte) in bytes.into_iter().take(3).enumerate() {
            all[index..].fill(byte);
        }
        Self {
            bytes: all,
            lanes: all.map(|byte| LOW_BITS * u64::from(byte)),
        }
    }

    /// The first offset from `at` of one of the bytes; the end if there is none.
    #[inline]
    pub(crate) fn find(&self, data: &[u8], mut at: usize) -> usize {
        // See `json::text::string_stop`.
        while let Some(chunk) = data.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let mut marks = 0;
            for lane in self.lanes {
                let same = word ^ lane;
                marks |= same.wrapping_sub(LOW_BITS) & !same;
            }
            marks &= HIGH_BITS;
            if marks != 0 {
                return at + (marks.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while let Some(byte) = data.get(at) {
            if self.bytes.contains(byte) {
                return at;
            }
            at += 1;
        }
        data.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_is_found(
            data in proptest::collection::vec(0_u8..6, 0..40), wanted in proptest::collection::vec(0_u8..6, 1..4),
        ) {
            let naive = data.iter().position(|byte| wanted.contains(byte)).unwrap_or(data.len());
            prop_assert_eq!(Special::new(wanted).find(&data, 0), naive);
        }
    }
}
